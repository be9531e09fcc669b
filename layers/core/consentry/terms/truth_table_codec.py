"""Reads compiled truth tables, and checks that each is unchanged since it was compiled."""

import hashlib
import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from consentry.kernel.errors import InvalidTermsError
from consentry.kernel.vocabulary import Vocabulary
from consentry.terms.truth_table import Rule, Ruling, TableEntry, TruthTable, axes_of

_DIGESTED = (
    *("policy_set", "in_force_from", "vocabulary", "counted_roles", "people_required_for"),
    *("axes", "rules", "entries"),
)


def table_digest(document: Mapping[str, Any], entry_numbers: bytes) -> str:
    """SHA-256 over the whole table. It covers the entry numbers uncompressed, so compressors do not matter."""
    content = {name: document[name] for name in _DIGESTED}
    content["entry_numbers"] = b64encode(entry_numbers).decode()
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()


def midnight(date: str) -> datetime:
    """The time from which a version with this date is in force: 00:00 UTC; ValueError if it is not a date."""
    return datetime.strptime(date, "%Y-%m-%d").replace(tzinfo=UTC)


def decode_table(document: Mapping[str, Any], vocabulary: Vocabulary) -> TruthTable:
    """The table of a compiled document.

    InvalidTermsError if it is damaged, was changed, or was compiled for another vocabulary.
    """
    try:
        return _decode(document, vocabulary)
    except (KeyError, TypeError, ValueError, AttributeError, zlib.error) as broken:
        raise InvalidTermsError(f"truth table is invalid: {type(broken).__name__}") from broken


def _decode(document: Mapping[str, Any], vocabulary: Vocabulary) -> TruthTable:
    axes = axes_of(vocabulary)
    if document["vocabulary"] != vocabulary.digest or document["axes"] != axes.document:
        raise InvalidTermsError("truth table was built for another vocabulary")
    entry_numbers = _entry_numbers(document["entry_numbers"], axes.row_count)
    # INVARIANT: no part of a table is used before its digest is checked.
    if table_digest(document, entry_numbers) != document["digest"]:
        raise InvalidTermsError("truth table does not match its digest")
    entries = tuple(TableEntry(Ruling(ruling), tuple(ids)) for ruling, ids in document["entries"])
    if max(entry_numbers) >= len(entries):
        raise InvalidTermsError("truth table has a row without a ruling")
    return TruthTable(
        policy_set=document["policy_set"],
        in_force_from=midnight(document["in_force_from"]),
        digest=document["digest"],
        axes=axes,
        counted_roles=frozenset(document["counted_roles"]),
        people_required_for=frozenset(document["people_required_for"]),
        rules={rule["id"]: Rule(**rule) for rule in document["rules"]},
        entries=entries,
        entry_numbers=entry_numbers,
    )


def _entry_numbers(packed: str, row_count: int) -> bytes:
    # The limit is one byte more than a table has, which is enough to detect that there are too many.
    numbers = zlib.decompressobj().decompress(b64decode(packed, validate=True), row_count + 1)
    if len(numbers) != row_count:
        raise InvalidTermsError("truth table has another number of rows than the vocabulary")
    return numbers
