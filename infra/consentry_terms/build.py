"""Books built: each version compiled, each book's own cases tried, all of it written or nothing."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from consentry.terms.truth_table_codec import decode_table
from consentry_terms.cases import try_cases
from consentry_terms.compiler import compile_version
from consentry_terms.schema import read_schema
from consentry_terms.sources import SCHEMA, PolicySetSource, read_sources
from consentry_terms.truth_table_files import write_truth_tables


@dataclass(frozen=True, slots=True)
class CheckedPolicySet:
    """A book that compiles and says what its cases say it does."""

    source: PolicySetSource
    documents: list[dict[str, Any]]
    cases: int


def check_policy_sets(directory: Path) -> list[CheckedPolicySet]:
    """Every book of a directory compiled and tried; `TermsSourceError` at the first doubt."""
    schema = read_schema(SCHEMA)
    checked = []
    for source in read_sources(directory):
        documents = [compile_version(source, version, schema) for version in source.versions]
        tables = {document["in_force_from"]: decode_table(document) for document in documents}
        checked.append(CheckedPolicySet(source, documents, try_cases(source, tables)))
    return checked


def build_policy_sets(policy_sets: Path, directory: Path) -> dict[str, str]:
    """The tables of every book written to a directory; returns each version's digest."""
    checked = check_policy_sets(policy_sets)
    return write_truth_tables(
        directory, [(policy_set.source, policy_set.documents) for policy_set in checked]
    )
