"""`consentry consent import`: a file's opt-outs are recorded as refusals, each once for ever."""

import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from enum import Enum

from consentry.consent.open import ConsentDependencies
from consentry.consent.record_consent import record_consent
from consentry.kernel.authorization import Caller
from consentry.kernel.errors import ErasedError, UnavailableError
from consentry_cli.consent_render import PartyQuery
from consentry_cli.files import InputFile, read_file
from consentry_cli.imports import OptOut, read_opt_outs
from consentry_cli.session import StackName, errors_reported, open_dependencies, operator

ROWS_NOT_RECORDED = 2
"""Exit code: some rows could not be read or recorded; all others were recorded."""


class RowResult(Enum):
    """What became of a row."""

    RECORDED, ALREADY_RECORDED, NOT_RECORDED = range(3)


def import_opt_outs(
    file: InputFile,
    *,
    customer: str,
    person_column: str = "user_id",
    column: str = "ai_opt_out",
    stack: StackName = None,
) -> int:
    """Turn a CSV file's opt-outs into refusals of all training on all data; nothing becomes granted.

    The whole file is read before anything is written, and importing it again changes nothing.

    Parameters
    ----------
    file
        CSV in UTF-8 with a header; `-` is the standard input.
    customer
        Whose people they are.
    person_column
        The column of the people's ids.
    column
        The column that says true, yes or 1 of who opted out, and false, no or 0 of who did not.
    """
    with errors_reported():
        whose = PartyQuery.read({"customer": customer, "person": None, "at": None})
        content, repositories = read_file(file), open_dependencies(stack)
        key = repositories.pseudonyms.key_of(whose.customer)
        read = read_opt_outs(content, key=key, person_column=person_column, column=column)
        for each in read.unreadable:
            print(f"row {each.row}: {each.problem}; nothing written", file=sys.stderr)
        new, known, unanswered = _record(read.refusals, repositories, operator())
    print(
        f"{new} refused, {known} recorded before, {read.not_opted_out} not opted out: left as they were"
    )
    print(
        f"{len(read.unreadable)} not read, {unanswered} not recorded; nobody was granted anything"
    )
    return ROWS_NOT_RECORDED if read.unreadable or unanswered else 0


def _record(
    refusals: Iterable[OptOut], deps: ConsentDependencies, caller: Caller
) -> tuple[int, int, int]:
    """How many acts were recorded now, how many had been already, and how many could not be."""
    counts = dict.fromkeys(RowResult, 0)
    for each in refusals:
        try:
            done = _record_one(each, deps, caller)
        except UnavailableError as unanswered:
            # One person's consent cannot be had (an erasure broke off, say): nobody else's opt-out waits for it.
            print(f"row {each.row}: {unanswered}; import again", file=sys.stderr)
            done = RowResult.NOT_RECORDED
        except BaseException:
            said = f"stopped at row {each.row}: the rows before it are recorded, import again"
            print(said, file=sys.stderr)
            raise
        counts[done] += 1
    return (
        counts[RowResult.RECORDED],
        counts[RowResult.ALREADY_RECORDED],
        counts[RowResult.NOT_RECORDED],
    )


def _record_one(refusal: OptOut, deps: ConsentDependencies, caller: Caller) -> RowResult:
    at = datetime.now(UTC)
    try:
        recorded = record_consent(refusal.consent_event, caller=caller, at=at, deps=deps)
    except ErasedError:
        return RowResult.ALREADY_RECORDED
    return RowResult.RECORDED if recorded.record.at == at else RowResult.ALREADY_RECORDED
