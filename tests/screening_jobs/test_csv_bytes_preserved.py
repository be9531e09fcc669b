"""The rows of any CSV manifest are written byte for byte, below the header in each output."""

import csv
import hashlib
from collections import Counter
from io import StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consentry.kernel.errors import InvalidRequestError
from tests.testkit.builders.dependencies import FakeDependencies, consent_event
from tests.testkit.builders.screenings import AUDIO, COLLECTED_AT, ScreeningDriver, csv_screening
from tests.testkit.campaign import examples
from tests.testkit.fakes.dynamodb import FakeDynamoDB
from tests.testkit.fakes.dynamodb_tables import create_tables

HEADER = b'"no\nte",people,data,at\r\n'
OUTCOMES = ("admitted", "rejected", "undetermined")
NOTES = st.text(st.sampled_from('ab,"\r\n\u00f6;'), max_size=8)
NAMES = st.lists(st.sampled_from(["ann", "bob", "b\x01b"]), max_size=2).map(";".join)
NOISE = st.lists(st.sampled_from([b'"', b",", b"\n", b"\r", b"bob", b"ann", b"\xff"]), max_size=6)


def written(note: str, people: str, end: str) -> bytes:
    text = StringIO()
    csv.writer(text, lineterminator=end).writerow([note, people, AUDIO, COLLECTED_AT])
    return text.getvalue().encode()


ROW = st.builds(written, NOTES, NAMES, st.sampled_from(["\n", "\r\n"]))
ROWS = st.lists(ROW, max_size=6)
CONTENT = st.lists(ROW | NOISE.map(b"".join), max_size=8).map(b"".join)


def acme(content: bytes) -> ScreeningDriver:
    client = FakeDynamoDB()
    create_tables(client)
    screened = ScreeningDriver(FakeDependencies(client))
    screened.deps.grant()
    screened.deps.record(consent_event("w", "withdrawal", person="bob"))
    screened.put([content])
    return screened


def screened(rows: bytes) -> dict[str, bytes]:
    """The rows of each output, after checking what is true of all outputs."""
    there = acme(HEADER + rows)
    decision = there.screen(csv_screening())
    found = {}
    for name in OUTCOMES:
        output, logged = there.output(decision, name), decision.outputs[name]
        assert output.startswith(HEADER)
        assert logged.sha256 == hashlib.sha256(output).hexdigest()
        assert logged.key.endswith(f"{name}.csv")
        found[name] = output.removeprefix(HEADER)
        assert (logged.bytes, logged.rows) == (len(output), len(split(found[name])))
    assert decision.manifest.rows == len(split(rows))
    written = Counter[bytes]()
    for each in found.values():
        written.update(split(each))
    assert written == Counter(split(rows))
    numbers = [each["line"] for each in there.reasons(decision)]
    outside = split(found["rejected"]) + split(found["undetermined"])
    assert Counter(split(rows)[number - 1] for number in numbers) == Counter(outside)
    return found


def split(content: bytes) -> list[bytes]:
    """The rows, read byte by byte: a line feed outside of quotes ends a row."""
    rows, row, quoted = [], b"", False
    for byte in (content[i : i + 1] for i in range(len(content))):
        row += byte
        quoted ^= byte == b'"'
        if byte == b"\n" and not quoted:
            rows.append(row)
            row = b""
    return [*rows, row] if row else rows


def read(rows: bytes) -> list[list[str]]:
    """The rows as Python's csv module reads them, with the header."""
    return list(csv.reader(StringIO((HEADER + rows).decode(), newline=""), strict=True))[1:]


@settings(max_examples=examples(50, 800), deadline=None)
@given(CONTENT)
def test_each_csv_row_is_in_one_output_and_admitted_rows_are_valid_csv(rows: bytes) -> None:
    found = screened(rows)

    for row in read(found["admitted"]):
        assert len(row) == 4
        assert set(row[1].split(";")) == {"ann"}
    assert all("bob" in row[1].split(";") or not row[1] for row in read(found["rejected"]))


@settings(max_examples=examples(37, 600), deadline=None)
@given(ROWS, st.booleans())
def test_valid_csv_rows_are_partitioned_as_a_naive_reader_would(
    written: list[bytes], ended: bool
) -> None:
    rows = b"".join(written)

    found = screened(rows if ended else rows.removesuffix(b"\n").removesuffix(b"\r"))

    def people(row: list[str]) -> set[str]:
        return set(row[1].split(";"))

    assert read(found["admitted"]) == [r for r in read(rows) if people(r) == {"ann"}]
    assert read(found["undetermined"]) == [r for r in read(rows) if "b\x01b" in people(r)]


def test_an_invalid_csv_row_affects_only_itself() -> None:
    good = written("a", "ann", "\n")
    bad = b'a"b"c,ann,' + f"{AUDIO},{COLLECTED_AT}\n".encode()

    found = screened(good * 500 + bad + good * 500)

    assert found == {"admitted": good * 1000, "rejected": b"", "undetermined": bad}


@pytest.mark.parametrize("content", [b"", written("a", "bob", "\n") + written("a", "ann", "\n")])
def test_a_csv_manifest_without_a_header_is_rejected(content: bytes) -> None:
    there = acme(content)

    with pytest.raises(InvalidRequestError, match="header"):
        there.screen(csv_screening())

    assert len(there.store.objects) == 1
