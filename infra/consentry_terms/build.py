"""Compiles every version of every policy set, tries its cases, and writes all tables or none."""

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
    """A policy set that compiles, with cases that hold."""

    source: PolicySetSource
    documents: list[dict[str, Any]]
    cases: int


def check_policy_sets(directory: Path) -> list[CheckedPolicySet]:
    """Every policy set of a directory, compiled and tried; TermsSourceError at the first problem."""
    schema = read_schema(SCHEMA)
    checked = []
    for source in read_sources(directory):
        documents = [compile_version(source, version, schema) for version in source.versions]
        tables = {document["in_force_from"]: decode_table(document) for document in documents}
        checked.append(CheckedPolicySet(source, documents, try_cases(source, tables)))
    return checked


def build_policy_sets(policy_sets: Path, directory: Path) -> dict[str, str]:
    """Write the tables of every policy set to a directory; returns each version's digest."""
    checked = check_policy_sets(policy_sets)
    return write_truth_tables(
        directory, [(policy_set.source, policy_set.documents) for policy_set in checked]
    )
