"""Truth tables: look-up by row, versions by date, and rejection of changed tables."""

import json
import zlib
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from consentry.kernel.errors import InvalidTermsError
from consentry.terms.policy_set import PolicySet
from consentry.terms.truth_table import Ruling, TruthTable
from consentry.terms.truth_table_codec import decode_table, midnight, table_digest
from tests.testkit.meeting_words import AXES, MEETINGS

RULE = {
    "id": "b.no",
    "clause": "1",
    "explanation": "No.",
    "interpretation": None,
    "effect": "forbid",
}


def document(*, date: str = "2024-01-01", entry_numbers: bytes | None = None) -> dict[str, Any]:
    """A table that forbids only its last row."""
    if entry_numbers is None:
        entry_numbers = bytes(AXES.row_count - 1) + b"\x01"
    content = {
        "policy_set": "b",
        "in_force_from": date,
        "vocabulary": MEETINGS.digest,
        "counted_roles": ["host"],
        "people_required_for": [],
        "axes": AXES.document,
        "rules": [RULE],
        "entries": [["not_covered", []], ["forbid", ["b.no"]]],
    }
    packed = b64encode(zlib.compress(entry_numbers)).decode()
    return content | {"entry_numbers": packed, "digest": table_digest(content, entry_numbers)}


@pytest.fixture
def policy_set() -> PolicySet:
    dates = ("2023-03-31", "2023-07-27", "2023-08-11")
    versions = tuple(decode_table(document(date=date), MEETINGS) for date in dates)
    return PolicySet("b", "terms", versions)


def test_a_truth_table_lookup_matches_its_listed_rows() -> None:
    numbered = bytes(number % 2 for number in range(AXES.row_count))

    table = decode_table(document(entry_numbers=numbered), MEETINGS)

    assert all(table.entry(*row) is entry for row, entry in table.rows())
    assert [row for row, _ in table.rows()] == list(AXES.rows())
    assert table.entry(*next(AXES.rows())).ruling is Ruling.NOT_COVERED


def test_a_truth_table_lookup_outside_the_vocabulary_fails() -> None:
    table = decode_table(document(), MEETINGS)
    row = next(AXES.rows())

    with pytest.raises(KeyError):
        table.entry(*row._replace(customer="perhaps"))  # type: ignore[arg-type]


def test_strictness_orders_permit_not_covered_forbid() -> None:
    ordered = [Ruling.PERMIT, Ruling.NOT_COVERED, Ruling.FORBID]

    assert all(mild.strictness < strict.strictness for mild, strict in pairwise(ordered))


def test_a_terms_version_is_in_force_from_midnight_utc_of_its_date(policy_set: PolicySet) -> None:
    start = datetime(2023, 7, 27, tzinfo=UTC)
    instant = timedelta(microseconds=1)

    def version(at: datetime) -> str | None:
        table = policy_set.in_force(at)
        return table.version if table else None

    assert version(start) == version(start + instant) == "2023-07-27"
    assert version(start - instant) == "2023-03-31"
    assert version(midnight("2023-03-31") - instant) is None
    assert version(midnight("2030-01-01")) == "2023-08-11"


def test_the_next_change_of_terms_is_the_start_of_the_next_version(policy_set: PolicySet) -> None:
    assert policy_set.next_version_at(midnight("2020-01-01")) == midnight("2023-03-31")
    assert policy_set.next_version_at(midnight("2023-03-31")) == midnight("2023-07-27")
    assert policy_set.next_version_at(midnight("2023-08-11")) is None


def test_a_decoded_truth_table_has_its_rules_and_digest() -> None:
    built = document()

    table = decode_table(json.loads(json.dumps(built)), MEETINGS)

    assert isinstance(table, TruthTable)
    assert (table.policy_set, table.version, table.digest) == ("b", "2024-01-01", built["digest"])
    assert table.rules["b.no"].explanation == "No."


TAMPERED: dict[str, dict[str, Any]] = {
    "an entry number": {"entry_numbers": b64encode(zlib.compress(bytes(AXES.row_count))).decode()},
    "a ruling": {"entries": [["permit", []], ["forbid", ["b.no"]]]},
    "a deciding rule": {"entries": [["not_covered", []], ["forbid", []]]},
    "a rule's explanation": {"rules": [RULE | {"explanation": "Yes."}]},
    "the date": {"in_force_from": "2023-01-01"},
    "the policy set": {"policy_set": "c"},
    "the vocabulary": {"vocabulary": "sha256:" + "0" * 64},
    "the counted roles": {"counted_roles": []},
    "the data in which people must be named": {"people_required_for": ["public_web"]},
    "the digest": {"digest": "sha256:" + "0" * 64},
    "the axes": {"axes": AXES.document[:-1]},
    "too few rows": {"entry_numbers": b64encode(zlib.compress(b"\x00")).decode()},
    "far too many rows": {"entry_numbers": b64encode(zlib.compress(bytes(10**7))).decode()},
    "entry numbers that are not base64": {"entry_numbers": "?"},
    "entry numbers that are not compressed": {"entry_numbers": b64encode(b"plain").decode()},
    "entry numbers that are no text": {"entry_numbers": 1},
    "rulings that are none": {"entries": 3},
    "no digest": {"digest": None},
}


@pytest.mark.parametrize("what", TAMPERED)
def test_a_tampered_truth_table_is_rejected(what: str) -> None:
    with pytest.raises(InvalidTermsError):
        decode_table(document() | TAMPERED[what], MEETINGS)


@pytest.mark.parametrize("missing", sorted(document()))
def test_a_truth_table_with_a_missing_field_is_rejected(missing: str) -> None:
    built = document()
    del built[missing]

    with pytest.raises(InvalidTermsError):
        decode_table(built, MEETINGS)


def test_a_truth_table_entry_without_a_ruling_is_rejected() -> None:
    with pytest.raises(InvalidTermsError, match="without a ruling"):
        decode_table(document(entry_numbers=bytes(AXES.row_count - 1) + b"\x02"), MEETINGS)
