"""`consentry consent import`: a file's opt-outs are recorded as refusals, each once for ever."""

import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from enum import Enum

from consentry.consent.open import ConsentDependencies
from consentry.consent.record_consent import record_consent
from consentry.kernel.authorization import Caller
from consentry.kernel.errors import ErasedError, UnavailableError
from infra.cli.consent_shown import Party
from infra.cli.operating import StackName, operator, refusals_told, stores_of
from infra.cli.opt_outs import OptOut, read_opt_outs
from infra.cli.reading import InputFile, read_file

ROWS_NOT_RECORDED = 2
"""Exit code: some rows could not be read or recorded; all others were recorded."""


class Done(Enum):
    """What became of a row."""

    NOW, BEFORE, NOT = range(3)


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
    with refusals_told():
        whose = Party.read({"customer": customer, "person": None, "at": None})
        content, repositories = read_file(file), stores_of(stack)
        key = repositories.pseudonyms.key_of(whose.customer)
        read = read_opt_outs(content, key=key, person_column=person_column, column=column)
        for each in read.unread:
            print(f"row {each.row}: {each.problem}; nothing written", file=sys.stderr)
        new, known, unanswered = _record(read.refusals, repositories, operator())
    print(f"{new} refused, {known} recorded before, {read.others} not opted out: left as they were")
    print(f"{len(read.unread)} not read, {unanswered} not recorded; nobody was granted anything")
    return ROWS_NOT_RECORDED if read.unread or unanswered else 0


def _record(
    refusals: Iterable[OptOut], deps: ConsentDependencies, caller: Caller
) -> tuple[int, int, int]:
    """How many acts were recorded now, how many had been already, and how many could not be."""
    counts = dict.fromkeys(Done, 0)
    for each in refusals:
        try:
            done = _recorded(each, deps, caller)
        except UnavailableError as unanswered:
            # One person's consent cannot be had (an erasure broke off, say): nobody else's opt-out waits for it.
            print(f"row {each.row}: {unanswered}; import again", file=sys.stderr)
            done = Done.NOT
        except BaseException:
            said = f"stopped at row {each.row}: the rows before it are recorded, import again"
            print(said, file=sys.stderr)
            raise
        counts[done] += 1
    return counts[Done.NOW], counts[Done.BEFORE], counts[Done.NOT]


def _recorded(refusal: OptOut, deps: ConsentDependencies, caller: Caller) -> Done:
    at = datetime.now(UTC)
    try:
        recorded = record_consent(refusal.consent_event, caller=caller, at=at, deps=deps)
    except ErasedError:
        return Done.BEFORE
    return Done.NOW if recorded.record.at == at else Done.BEFORE
