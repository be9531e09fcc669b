"""The built terms as they lie in a directory: `/opt/terms` in Lambda, `.build/terms` locally."""

import json
from pathlib import Path
from typing import Any

from consentry.domain.errors import TermsTableError
from consentry.domain.terms.material_changes import MaterialChange
from consentry.domain.terms.table_codec import decode_table, midnight
from consentry.domain.terms.tables import Book, Library, TermsTable
from consentry.domain.vocabulary import DataCategory, Operation, Service


def read_library(directory: Path) -> Library:
    """Every book that `index.json` lists; `TermsTableError` for one missing, damaged or swapped."""
    index = _read(directory / "index.json")
    try:
        books = {name: _book(directory, name, entry) for name, entry in index["books"].items()}
    except (KeyError, TypeError, ValueError, AttributeError) as broken:
        raise TermsTableError(f"terms index is malformed: {type(broken).__name__}") from broken
    return Library(books=books)


def _book(directory: Path, name: str, entry: dict[str, Any]) -> Book:
    if entry["kind"] not in ("terms", "limit") or entry["counts"] not in (
        "all",
        "host_and_speakers",
    ):
        raise TermsTableError("terms index lists a book of no known kind")
    versions = [_version(directory, name, version) for version in entry["versions"]]
    return Book(
        name=name,
        kind=entry["kind"],
        counts=entry["counts"],
        people_named_for=frozenset(map(DataCategory, entry["people_named_for"])),
        versions=tuple(sorted(versions, key=lambda version: version.in_force_from)),
        material=tuple(
            _change(each, use) for each in entry["versions"] for use in each["material_for"]
        ),
    )


def _change(listed: dict[str, Any], use: dict[str, str]) -> MaterialChange:
    service = Service(use["service"]) if "service" in use else None
    return MaterialChange(midnight(listed["in_force_from"]), Operation(use["operation"]), service)


def _version(directory: Path, name: str, listed: dict[str, Any]) -> TermsTable:
    table = decode_table(_read(directory / f"{name}@{listed['in_force_from']}.json"))
    if (table.book, table.digest) != (name, listed["digest"]):
        raise TermsTableError("terms table is not the one that the index lists")
    return table


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except OSError as missing:
        raise TermsTableError("terms are not there: run `make terms`") from missing
    except ValueError as broken:
        raise TermsTableError("terms table is not JSON") from broken
