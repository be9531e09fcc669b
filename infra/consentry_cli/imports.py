"""A column such as `ai_opt_out` of a CSV file, read into refusals; it never becomes a grant."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO

from consentry.consent.consent_event import ConsentEvent, ConsentEventKind
from consentry.kernel.errors import InvalidRequestError
from consentry.kernel.requests import Use
from consentry.kernel.schema import ID_PATTERN
from consentry.kernel.vocabulary import Operation, Service
from consentry.pseudonyms.customer_key import CustomerKey

OPTED_OUT = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
"""The readable values, in any case."""

TRAINING_USES = tuple(
    Use(operation=operation, service=service)
    for operation in Operation
    if operation is not Operation.INFER
    for service in Service
)
"""What an opt-out refuses: learning from the data in any way. Running a feature is another act."""


@dataclass(frozen=True, slots=True)
class OptOut:
    """One row that opts out, as the act that it becomes; rows count from 1, the header being row 1."""

    row: int
    consent_event: ConsentEvent


@dataclass(frozen=True, slots=True)
class UnreadableRow:
    """One row of which nothing is written, and why (without repeating what it holds)."""

    row: int
    problem: str


@dataclass(frozen=True, slots=True)
class OptOutFile:
    """A whole file: the rows that opt out, how many do not, and those that could not be read."""

    refusals: tuple[OptOut, ...]
    not_opted_out: int
    unreadable: tuple[UnreadableRow, ...]


def read_opt_outs(
    content: bytes, *, key: CustomerKey, person_column: str, column: str
) -> OptOutFile:
    """Every row of the file of this key's customer; InvalidRequestError if it is no CSV with one of each column.

    An act's id is made of the file's digest, the columns and the row: the same import again is the same acts. The
    digest is keyed: act ids are kept as they are, and without the key a small file could be guessed from them.
    """
    said = b"\0".join((b"opt-outs", content, person_column.encode(), column.encode()))
    source = key.digest(said)[:32]
    refusals: list[OptOut] = []
    unreadable: list[UnreadableRow] = []
    not_opted_out = 0
    for row, person, value in _rows(content, person_column, column):
        opted_out = OPTED_OUT.get(value.strip().lower())
        if not re.fullmatch(ID_PATTERN, person):
            unreadable.append(
                UnreadableRow(row, "the person's id is missing or not of our pattern")
            )
        elif opted_out is None:
            unreadable.append(UnreadableRow(row, "neither true/yes/1 nor false/no/0"))
        elif opted_out:
            refusals.append(OptOut(row, _refusal(f"import-{source}-{row}", key.customer, person)))
        else:
            not_opted_out += 1
    return OptOutFile(tuple(refusals), not_opted_out, tuple(unreadable))


def _refusal(consent_event_id: str, customer: str, person: str) -> ConsentEvent:
    return ConsentEvent.read(
        {
            "consent_event_id": consent_event_id,
            "customer": customer,
            "person": person,
            "kind": ConsentEventKind.REFUSAL,
            "uses": TRAINING_USES,
            "data": "all",
        }
    )


def _rows(content: bytes, *columns: str) -> Iterator[tuple[int, str, str]]:
    """Row numbers with the two cells; a row of another width than the header has unreadable cells."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidRequestError("file", "is not UTF-8") from None
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    try:
        header = next(reader, [])
        column_indexes = [_column_index(header, column) for column in columns]
        for row, cells in enumerate(reader, start=2):
            if cells:
                whole = cells if len(cells) == len(header) else [""] * len(header)
                yield row, whole[column_indexes[0]], whole[column_indexes[1]]
    except csv.Error:
        # `from None`: the reader's own text may repeat the file.
        raise InvalidRequestError("file", f"is not CSV near line {reader.line_num}") from None


def _column_index(header: list[str], column: str) -> int:
    if header.count(column) != 1:
        raise InvalidRequestError(
            "file", f"must have one column {column}, has {header.count(column)}"
        )
    return header.index(column)
