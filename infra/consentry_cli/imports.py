"""`consentry consent import`: records the opt-outs in a CSV file as refusals. It never records a grant."""

import csv
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import StringIO

from consentry.consent.consent_event import ConsentEvent, ConsentEventKind, every_use
from consentry.consent.open import ConsentDependencies
from consentry.consent.record_consent import record_consent
from consentry.kernel.errors import ErasedError, InvalidRequestError, UnavailableError
from consentry.kernel.requests import Use
from consentry.kernel.schema import is_person_id
from consentry.kernel.vocabulary import Operation
from consentry.pseudonyms.customer_key import CustomerKey
from consentry_cli.exit_codes import INCOMPLETE, OK
from consentry_cli.files import read_file
from consentry_cli.options import CustomerId, CustomerQuery, InputFile, StackName
from consentry_cli.session import open_dependencies, operator

OPTED_OUT = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
"""The values of the column, in upper or lower case."""


def training_uses() -> tuple[Use, ...]:
    """The uses that an opt-out refuses: all that learn from data. It does not refuse to run a feature."""
    return tuple(use for use in every_use() if use.operation is not Operation.INFER)


@dataclass(frozen=True, slots=True)
class OptOutFile:
    """A whole file by the numbers of its rows, where the header is row 1.

    `unreadable`: the rows that are not imported, and why. No problem repeats the values of its row.
    """

    refusals: dict[int, ConsentEvent] = field(default_factory=dict)
    unreadable: dict[int, str] = field(default_factory=dict)
    not_opted_out: list[int] = field(default_factory=list)


def import_opt_outs(
    file: InputFile,
    *,
    customer: CustomerId,
    person_column: str = "user_id",
    column: str = "ai_opt_out",
    stack: StackName = None,
) -> int:
    """Record the opt-outs in a CSV file as refusals of all training on all data. Nothing is granted.

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
    query = CustomerQuery.read({"customer": customer})
    content, deps = read_file(file), open_dependencies(stack)
    key = deps.pseudonyms.key_of(query.customer)
    rows = read_opt_outs(content, key=key, person_column=person_column, column=column)
    for row, problem in rows.unreadable.items():
        print(f"row {row}: {problem}; not recorded", file=sys.stderr)
    results = _record_all(rows.refusals, deps)
    print(
        f"{results['refused']} refused, {results['recorded before']} recorded before, "
        f"{len(rows.not_opted_out)} not opted out (unchanged)"
    )
    failed = results["not recorded"]
    print(f"{len(rows.unreadable)} not read, {failed} not recorded; no grants")
    return INCOMPLETE if rows.unreadable or failed else OK


def _record_all(refusals: Mapping[int, ConsentEvent], deps: ConsentDependencies) -> Counter[str]:
    results: Counter[str] = Counter()
    for row, refusal in refusals.items():
        try:
            results[_record(refusal, deps)] += 1
        except UnavailableError as error:
            # One person's consent is not readable, for example during an erasure. Continue with the others.
            print(f"row {row}: {error}; import again", file=sys.stderr)
            results["not recorded"] += 1
        except BaseException:
            stopped = f"stopped at row {row}: the rows before it are recorded, import again"
            print(stopped, file=sys.stderr)
            raise
    return results


def _record(refusal: ConsentEvent, deps: ConsentDependencies) -> str:
    at = datetime.now(UTC)
    try:
        recorded = record_consent(refusal, caller=operator(), at=at, deps=deps)
    except ErasedError:
        return "recorded before"
    return "refused" if recorded.record.at == at else "recorded before"


def read_opt_outs(
    content: bytes, *, key: CustomerKey, person_column: str, column: str
) -> OptOutFile:
    """Every row of a file of the key's customer. InvalidRequestError unless it is CSV with both columns once.

    The id of a consent event is derived from the digest of the file, the columns and the row. So the same import
    records the same consent events. The digest is keyed, since the ids are stored: without a key, anyone could
    guess a small file and check the guess.
    """
    parts = (b"opt-outs", content, person_column.encode(), column.encode())
    source = key.digest(b"\0".join(parts))[:32]
    refusal = {"kind": ConsentEventKind.REFUSAL, "uses": training_uses(), "data": "all"}
    rows = OptOutFile()
    for row, person, value in _rows(content, person_column, column):
        opted_out = OPTED_OUT.get(value.strip().lower())
        if not is_person_id(person):
            rows.unreadable[row] = "the person's id is missing or invalid"
        elif person != person.strip():
            rows.unreadable[row] = "the person's id begins or ends with a space"
        elif opted_out is None:
            rows.unreadable[row] = "neither true/yes/1 nor false/no/0"
        elif opted_out:
            event = {"consent_event_id": f"import-{source}-{row}", "customer": key.customer}
            rows.refusals[row] = ConsentEvent.read(event | {"party": {"person": person}} | refusal)
        else:
            rows.not_opted_out.append(row)
    return rows


def _rows(content: bytes, person_column: str, column: str) -> Iterator[tuple[int, str, str]]:
    """Row numbers with the two cells. If a row is shorter or longer than the header, its cells are empty."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidRequestError("file", "is not UTF-8") from None
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    try:
        header = next(reader, [])
        for name in (person_column, column):
            if (found := header.count(name)) != 1:
                raise InvalidRequestError("file", f"must have one column {name}, has {found}")
        for row, cells in enumerate(reader, start=2):
            if cells:
                named = dict(zip(header, cells, strict=True)) if len(cells) == len(header) else {}
                yield row, named.get(person_column, ""), named.get(column, "")
    except csv.Error:
        # `from None`: the text of the error may repeat the file.
        raise InvalidRequestError("file", f"is not CSV near line {reader.line_num}") from None
