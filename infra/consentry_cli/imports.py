"""`consentry consent import`: records the opt-outs in a CSV file as refusals. It never records a grant."""

import csv
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, auto
from io import StringIO

from consentry.consent.consent_event import ConsentEvent, ConsentEventKind
from consentry.consent.open import ConsentDependencies
from consentry.consent.record_consent import record_consent
from consentry.kernel.authorization import Caller
from consentry.kernel.errors import ErasedError, InvalidRequestError, UnavailableError
from consentry.kernel.requests import Use
from consentry.kernel.schema import ID_PATTERN
from consentry.kernel.vocabulary import Operation, Service
from consentry.pseudonyms.customer_key import CustomerKey
from consentry_cli.exit_codes import INCOMPLETE, OK
from consentry_cli.files import read_file
from consentry_cli.options import CustomerId, InputFile, PartyQuery, StackName
from consentry_cli.session import open_dependencies, operator

OPTED_OUT = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
"""The values of the column, in upper or lower case."""

TRAINING_USES = tuple(
    Use(operation=operation, service=service)
    for operation in Operation
    if operation is not Operation.INFER
    for service in Service
)
"""The uses that an opt-out refuses: all that learn from data. It does not refuse to run a feature."""


@dataclass(frozen=True, slots=True)
class OptOut:
    """One row that opts out, and the refusal to record for it. The header is row 1."""

    row: int
    consent_event: ConsentEvent


@dataclass(frozen=True, slots=True)
class UnreadableRow:
    """One row that is not imported, and why. The problem does not repeat the values of the row."""

    row: int
    problem: str


@dataclass(frozen=True, slots=True)
class OptOutFile:
    """A whole file: the rows that opt out, the count of those that do not, and the unreadable rows."""

    refusals: tuple[OptOut, ...]
    not_opted_out: int
    unreadable: tuple[UnreadableRow, ...]


class RowResult(Enum):
    """The result of one row."""

    RECORDED = auto()
    RECORDED_BEFORE = auto()
    NOT_RECORDED = auto()


def import_opt_outs(
    file: InputFile,
    *,
    customer: CustomerId,
    person_column: str = "user_id",
    column: str = "ai_opt_out",
    stack: StackName = None,
) -> int:
    """Record the opt-outs in a CSV file as refusals of all training on all data. It grants nothing.

    The whole file is read before anything is recorded. Importing it again changes nothing. Exit 2 means that some
    rows were not read or recorded.

    Parameters
    ----------
    file
        CSV in UTF-8 with a header; `-` is the standard input.
    person_column
        The column with the ids of people.
    column
        The column with true, yes or 1 for people who opted out, and false, no or 0 for the others.
    """
    query = PartyQuery.read({"customer": customer})
    content, deps = read_file(file), open_dependencies(stack)
    key = deps.pseudonyms.key_of(query.customer)
    rows = read_opt_outs(content, key=key, person_column=person_column, column=column)
    for row in rows.unreadable:
        print(f"row {row.row}: {row.problem}; not recorded", file=sys.stderr)
    results = _record_all(rows.refusals, deps, operator())
    failed = results[RowResult.NOT_RECORDED]
    print(
        f"{results[RowResult.RECORDED]} refused, {results[RowResult.RECORDED_BEFORE]} recorded before, "
        f"{rows.not_opted_out} not opted out (unchanged)"
    )
    print(f"{len(rows.unreadable)} not read, {failed} not recorded; no grants")
    return INCOMPLETE if rows.unreadable or failed else OK


def _record_all(
    refusals: Iterable[OptOut], deps: ConsentDependencies, caller: Caller
) -> Counter[RowResult]:
    results: Counter[RowResult] = Counter()
    for refusal in refusals:
        try:
            result = _record(refusal, deps, caller)
        except UnavailableError as error:
            # The consent of one person is not readable (an erasure is unfinished, say). The others do not wait for it.
            print(f"row {refusal.row}: {error}; import again", file=sys.stderr)
            result = RowResult.NOT_RECORDED
        except BaseException:
            print(
                f"stopped at row {refusal.row}: the rows before it are recorded, import again",
                file=sys.stderr,
            )
            raise
        results[result] += 1
    return results


def _record(refusal: OptOut, deps: ConsentDependencies, caller: Caller) -> RowResult:
    at = datetime.now(UTC)
    try:
        recorded = record_consent(refusal.consent_event, caller=caller, at=at, deps=deps)
    except ErasedError:
        return RowResult.RECORDED_BEFORE
    return RowResult.RECORDED if recorded.record.at == at else RowResult.RECORDED_BEFORE


def read_opt_outs(
    content: bytes, *, key: CustomerKey, person_column: str, column: str
) -> OptOutFile:
    """Every row of a file of the key's customer. InvalidRequestError unless it is CSV with both columns once.

    The id of a consent event is derived from the digest of the file, the columns and the row. So the same import
    records the same consent events. The digest is keyed, since the ids are stored: without a key, anybody could
    check a guess of a small file.
    """
    parts = (b"opt-outs", content, person_column.encode(), column.encode())
    source = key.digest(b"\0".join(parts))[:32]
    refusals: list[OptOut] = []
    unreadable: list[UnreadableRow] = []
    not_opted_out = 0
    for row, person, value in _rows(content, person_column, column):
        opted_out = OPTED_OUT.get(value.strip().lower())
        if not re.fullmatch(ID_PATTERN, person):
            unreadable.append(UnreadableRow(row, "the person's id is missing or invalid"))
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
    """Row numbers with the two cells. If a row is shorter or longer than the header, its cells are empty."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidRequestError("file", "is not UTF-8") from None
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    try:
        header = next(reader, [])
        indexes = [_column_index(header, column) for column in columns]
        for row, cells in enumerate(reader, start=2):
            if cells:
                aligned = cells if len(cells) == len(header) else [""] * len(header)
                person, value = (aligned[index] for index in indexes)
                yield row, person, value
    except csv.Error:
        # `from None`: the text of the error may repeat the file.
        raise InvalidRequestError("file", f"is not CSV near line {reader.line_num}") from None


def _column_index(header: list[str], column: str) -> int:
    if header.count(column) != 1:
        raise InvalidRequestError(
            "file", f"must have one column {column}, has {header.count(column)}"
        )
    return header.index(column)
