"""Built terms tables as documents: read back only if they say what was built."""

import hashlib
import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from consentry.kernel.errors import InvalidTermsError
from consentry.terms.truth_table import AXES, CELL_COUNT, Rule, Ruling, TableEntry, TruthTable

_DIGESTED = ("policy_set", "in_force_from", "axes", "rules", "entries")


def table_digest(document: Mapping[str, Any], cells: bytes) -> str:
    """SHA-256 over all that a table says (the cells as bytes, so that no compressor matters)."""
    said = {name: document[name] for name in _DIGESTED} | {"cells": b64encode(cells).decode()}
    canonical = json.dumps(said, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()


def midnight(date: str) -> datetime:
    """The instant from which a version dated so binds: 00:00 UTC; `ValueError` if not a date."""
    return datetime.strptime(date, "%Y-%m-%d").replace(tzinfo=UTC)


def decode_table(document: Mapping[str, Any]) -> TruthTable:
    """The table of a built document; `InvalidTermsError` if it is not what was built."""
    try:
        return _decode(document)
    except (KeyError, TypeError, ValueError, AttributeError, zlib.error) as broken:
        raise InvalidTermsError(f"terms table is malformed: {type(broken).__name__}") from broken


def _decode(document: Mapping[str, Any]) -> TruthTable:
    if document["axes"] != AXES:
        raise InvalidTermsError("terms table was built for another vocabulary")
    cells = _cells(document["cells"])
    # INVARIANT: nothing of a table is used before its digest is known to be right.
    if table_digest(document, cells) != document["digest"]:
        raise InvalidTermsError("terms table does not match its digest")
    entries = tuple(TableEntry(Ruling(ruling), tuple(ids)) for ruling, ids in document["entries"])
    if max(cells) >= len(entries):
        raise InvalidTermsError("terms table has a cell without a ruling")
    return TruthTable(
        policy_set=document["policy_set"],
        in_force_from=midnight(document["in_force_from"]),
        digest=document["digest"],
        rules={rule["id"]: Rule(**rule) for rule in document["rules"]},
        entries=entries,
        cells=cells,
    )


def _cells(packed: str) -> bytes:
    # One byte more than a table has is enough to see that there are too many.
    cells = zlib.decompressobj().decompress(b64decode(packed, validate=True), CELL_COUNT + 1)
    if len(cells) != CELL_COUNT:
        raise InvalidTermsError("terms table has another number of cells than the vocabulary")
    return cells
