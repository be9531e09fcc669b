"""Books built: each version compiled, each book's own cases tried, all of it written or nothing."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from consentry.terms.truth_table_codec import decode_table
from infra.terms.cases import try_cases
from infra.terms.compiler import compile_version
from infra.terms.documents import write_tables
from infra.terms.schema import read_schema
from infra.terms.sources import SCHEMA, BookSource, read_sources


@dataclass(frozen=True, slots=True)
class Checked:
    """A book that compiles and says what its cases say it does."""

    source: BookSource
    documents: list[dict[str, Any]]
    cases: int


def check_books(directory: Path) -> list[Checked]:
    """Every book of a directory compiled and tried; `TermsSourceError` at the first doubt."""
    schema = read_schema(SCHEMA)
    checked = []
    for source in read_sources(directory):
        documents = [compile_version(source, version, schema) for version in source.versions]
        tables = {document["in_force_from"]: decode_table(document) for document in documents}
        checked.append(Checked(source, documents, try_cases(source, tables)))
    return checked


def build_books(policy_sets: Path, directory: Path) -> dict[str, str]:
    """The tables of every book written to a directory; returns each version's digest."""
    checked = check_books(policy_sets)
    return write_tables(
        directory, [(policy_set.source, policy_set.documents) for policy_set in checked]
    )
