"""Tables as files: the same bytes from the same sources, wherever and whenever they are built."""

import json
import zlib
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from consentry.domain.terms.table_codec import table_digest
from consentry.domain.terms.tables import AXES, Rule, Ruling
from infra.terms.errors import TermsSourceError
from infra.terms.sources import BookSource

_CELL_VALUES = 256


def table_document(
    book: str, in_force_from: str, rules: tuple[Rule, ...], by_row: Sequence[Ruling]
) -> dict[str, Any]:
    """A table as JSON would hold it; distinct rulings numbered as they first appear."""
    numbers = {ruling: number for number, ruling in enumerate(dict.fromkeys(by_row))}
    if len(numbers) > _CELL_VALUES:
        raise TermsSourceError(f"{book}@{in_force_from}", "has more than 256 distinct rulings")
    cells = bytes(numbers[ruling] for ruling in by_row)
    document = {
        "book": book,
        "in_force_from": in_force_from,
        "axes": AXES,
        "rules": [asdict(rule) for rule in rules],
        "rulings": [[ruling.verdict, list(ruling.rules)] for ruling in numbers],
    }
    digest = table_digest(document, cells)
    return document | {"digest": digest, "cells": b64encode(zlib.compress(cells, 9)).decode()}


def write_tables(
    directory: Path, compiled: list[tuple[BookSource, list[dict[str, Any]]]]
) -> dict[str, str]:
    """Write every table and the index that lists them; returns each version's digest."""
    directory.mkdir(parents=True, exist_ok=True)
    digests: dict[str, str] = {}
    for book, documents in compiled:
        for document in documents:
            name = f"{book.name}@{document['in_force_from']}"
            _write(directory / f"{name}.json", document)
            digests[name] = document["digest"]
    # The index comes last: it never lists a table that is not there yet.
    entries = {book.name: _entry(book, documents) for book, documents in compiled}
    _write(directory / "index.json", {"books": entries})
    return digests


def _entry(book: BookSource, documents: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "kind": book.kind,
        "counts": book.counts,
        "people_named_for": list(book.people_named_for),
        "versions": [
            {
                "in_force_from": document["in_force_from"],
                "digest": document["digest"],
                "material_for": [use.as_json() for use in version.declared.material_for],
            }
            for version, document in zip(book.versions, documents, strict=True)
        ],
    }


def _write(path: Path, document: dict[str, Any]) -> None:
    text = json.dumps(document, sort_keys=True, separators=(",", ":")) + "\n"
    path.write_bytes(text.encode())
