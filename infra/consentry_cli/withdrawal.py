"""`consentry withdrawal`: where one has landed, and where not yet; replay one that did not land."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from cyclopts import App

from consentry.consent.stored_event import StoredConsentEvent
from consentry.kernel.errors import InvalidRequestError
from consentry.propagation.get_withdrawal import find_withdrawal, get_withdrawal
from consentry.propagation.messages import read_stream_record
from consentry.propagation.open import PropagationDependencies
from consentry.propagation.propagate_withdrawal import propagate_withdrawal
from consentry.propagation.propagation import PropagationStatus, propagates
from consentry_cli.dataset import DATA_SET_OUTPUTS
from consentry_cli.files import InputFile, UnreadableFileError, load_file
from consentry_cli.session import (
    DEFAULTS,
    OperatorDependencies,
    StackName,
    environment_of,
    errors_reported,
    operator,
)

app = App(
    name="withdrawal",
    help="Where a withdrawal has landed, and where not yet; replay one that did not land.",
)

PROPAGATION_OUTPUTS = DATA_SET_OUTPUTS | {
    "PERMIT_TABLE": "PermitTableName",
    "SCREENING_BUCKET": "ScreeningBucketName",
    "EVENT_BUS": "DataUseBusName",
}


@app.command
def show(withdrawal_id: str, *, stack: StackName = None) -> None:
    """Print which data sets hold the party of a withdrawal, and when each was marked.

    Parameters
    ----------
    withdrawal_id
        As the answer to the withdrawal named it.
    """
    with errors_reported():
        deps = OperatorDependencies.open(DEFAULTS | environment_of(stack, DATA_SET_OUTPUTS))
        print(_in_words(get_withdrawal(withdrawal_id, caller=operator(), deps=deps)))


@app.command
def replay(
    withdrawal_id: str | None = None,
    *,
    dead_letter: InputFile | None = None,
    stack: StackName = None,
) -> None:
    """Replay a withdrawal that did not reach every data set; nothing is done twice.

    Parameters
    ----------
    withdrawal_id
        The id of the withdrawal. The event of an erasure is deleted: give its dead letter instead.
    dead_letter
        The body of a message of PropagationDeadLetters; `-` reads the standard input.
        (A redrive of the queue replays all its messages.)
    """
    with errors_reported():
        environment = DEFAULTS | environment_of(stack, PROPAGATION_OUTPUTS)
        if withdrawal_id and dead_letter:
            raise InvalidRequestError("dead_letter", "comes instead of an id, not with one")
        if withdrawal_id:
            consents = OperatorDependencies.open(environment).consents
            consent_event = find_withdrawal(withdrawal_id, caller=operator(), consents=consents)
        elif dead_letter:
            consent_event = _read_event(dead_letter)
        else:
            raise InvalidRequestError(
                "withdrawal_id", "is missing, and there is no --dead-letter either"
            )
        reached = propagate_withdrawal(
            consent_event,
            clock=partial(datetime.now, UTC),
            deps=PropagationDependencies.open(environment),
        )
        print(_in_words(reached) if reached else "nothing to do: it has landed everywhere before")


def _read_event(dead_letter: Path) -> StoredConsentEvent:
    consent_event = read_stream_record(load_file(dead_letter))
    if consent_event is None or not propagates(consent_event):
        raise UnreadableFileError(dead_letter, "is no withdrawal")
    return consent_event


def _in_words(found: PropagationStatus) -> str:
    if found.started_at is None:
        return f"acted {found.withdrawn_at:%Y-%m-%dT%H:%M:%SZ}; not begun"
    ended = (
        f"finished {found.completed_at:%Y-%m-%dT%H:%M:%SZ}" if found.completed_at else "under way"
    )
    lines = [f"acted {found.withdrawn_at:%Y-%m-%dT%H:%M:%SZ}; {ended}"]
    for each in found.data_sets:
        landed = f"{each.propagated_at:%Y-%m-%dT%H:%M:%SZ}" if each.propagated_at else "not yet"
        lines.append(f"{each.data_set_id}  landed: {landed}")
    return "\n".join(lines)
