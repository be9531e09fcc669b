"""`consentry consent import`: a file's opt-outs are recorded as refusals, each once for ever."""

import sys
from collections.abc import Iterable
from datetime import UTC, datetime

from consentry.domain.callers import Caller
from consentry.domain.errors import ErasedError
from consentry.flows.record_consent import Recording, record_consent
from infra.cli.operating import StackName, operator, refusals_told, stores_of
from infra.cli.opt_outs import OptOut, read_opt_outs
from infra.cli.reading import InputFile, read_file

ROWS_NOT_READ = 2
"""Exit code: some rows were not read; all others were recorded."""


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
        content = read_file(file)
        read = read_opt_outs(content, customer=customer, person_column=person_column, column=column)
        for each in read.unread:
            print(f"row {each.row}: {each.problem}; nothing written", file=sys.stderr)
        new, known = (
            _record(read.refusals, stores_of(stack), operator()) if read.refusals else (0, 0)
        )
    print(f"{new} refused, {known} recorded before, {read.others} not opted out: left as they were")
    print(f"{len(read.unread)} not read; nobody was granted anything")
    return ROWS_NOT_READ if read.unread else 0


def _record(refusals: Iterable[OptOut], world: Recording, caller: Caller) -> tuple[int, int]:
    """How many acts were recorded now, and how many had been already."""
    new = known = 0
    for each in refusals:
        at = datetime.now(UTC)
        try:
            recorded = record_consent(each.act, caller=caller, at=at, world=world)
        except ErasedError:
            known += 1
            continue
        except BaseException:
            done = f"stopped at row {each.row}: the rows before it are recorded, import again"
            print(done, file=sys.stderr)
            raise
        if recorded.record.at == at:
            new += 1
        else:
            known += 1
    return new, known
