"""`consentry withdrawal`: show how far a withdrawal has propagated, or replay it."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from cyclopts import App

from consentry.consent.stored_event import StoredConsentEvent
from consentry.kernel.errors import InvalidRequestError
from consentry.propagation.get_withdrawal import find_withdrawal, get_withdrawal
from consentry.propagation.messages import read_stream_record
from consentry.propagation.propagate_withdrawal import propagate_withdrawal
from consentry.propagation.propagation import PropagationStatus, propagates
from consentry_cli.files import UnreadableFileError, load_file
from consentry_cli.main import COMMANDS
from consentry_cli.options import InputFile, StackName
from consentry_cli.render import format_time, print_columns
from consentry_cli.session import open_dependencies, operator

app = App(name="withdrawal", help=COMMANDS["withdrawal"])


@app.command
def show(withdrawal_id: str, *, stack: StackName = None) -> None:
    """Print the data sets that contain the party, and when each was marked as tainted.

    Parameters
    ----------
    withdrawal_id
        The id in the response to the withdrawal.
    """
    deps = open_dependencies(stack, "DATA_SET_TABLE")
    _print(get_withdrawal(withdrawal_id, caller=operator(), deps=deps))


@app.command
def replay(
    withdrawal_id: str | None = None,
    *,
    dead_letter: InputFile | None = None,
    stack: StackName = None,
) -> None:
    """Resume the propagation of a withdrawal that failed. Steps that are done are not repeated.

    Parameters
    ----------
    withdrawal_id
        The id of the withdrawal. For an erasure use --dead-letter, since its consent event is deleted.
    dead_letter
        The body of a message in PropagationDeadLetters; `-` is the standard input. A redrive of the queue replays all.
    """
    deps = open_dependencies(
        stack, "DATA_SET_TABLE", "PERMIT_TABLE", "SCREENING_BUCKET", "EVENT_BUS"
    )
    if withdrawal_id and dead_letter:
        raise InvalidRequestError("dead_letter", "cannot be combined with an id")
    if withdrawal_id:
        record = find_withdrawal(withdrawal_id, caller=operator(), consents=deps.consents)
    elif dead_letter:
        record = _read_record(dead_letter)
    else:
        raise InvalidRequestError("withdrawal_id", "is missing: give it, or --dead-letter")
    status = propagate_withdrawal(record, clock=partial(datetime.now, UTC), deps=deps)
    if status:
        _print(status)
    else:
        print("nothing to do: propagated before")


def _read_record(dead_letter: Path) -> StoredConsentEvent:
    record = read_stream_record(load_file(dead_letter))
    if not isinstance(record, StoredConsentEvent) or not propagates(record):
        raise UnreadableFileError(dead_letter, "is not a withdrawal")
    return record


def _print(status: PropagationStatus) -> None:
    state = "pending"
    if status.completed_at:
        state = f"completed {format_time(status.completed_at)}"
    elif status.started_at:
        state = f"started {format_time(status.started_at)}"
    print(f"withdrawn {format_time(status.withdrawn_at)}; propagation {state}")
    print_columns(
        (
            each.data_set_id,
            f"propagated {format_time(each.propagated_at)}" if each.propagated_at else "pending",
        )
        for each in status.data_sets
    )
