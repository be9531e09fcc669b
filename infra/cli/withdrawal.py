"""`consentry withdrawal`: where one has landed, and where not yet; replay one that did not land."""

from pathlib import Path

from cyclopts import App

from consentry.consent.stored_event import StoredConsentEvent
from consentry.kernel.errors import InvalidRequestError
from consentry.propagation.get_withdrawal import find_withdrawal, get_withdrawal
from consentry.propagation.propagation import PropagationStatus, propagates
from functions.consent.carrying import carry
from functions.consent.travelling import read_act
from infra.cli.dataset import DATA_SETS
from infra.cli.operating import (
    DEFAULTS,
    OperatorDependencies,
    StackName,
    named_by,
    operator,
    refusals_told,
)
from infra.cli.reading import InputFile, UnreadableFileError, load_file

app = App(
    name="withdrawal",
    help="Where a withdrawal has landed, and where not yet; replay one that did not land.",
)

CARRYING = DATA_SETS | {
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
    with refusals_told():
        deps = OperatorDependencies.open(DEFAULTS | named_by(stack, DATA_SETS))
        print(_in_words(get_withdrawal(withdrawal_id, caller=operator(), deps=deps)))


@app.command
def replay(
    withdrawal_id: str | None = None,
    *,
    letter: InputFile | None = None,
    stack: StackName = None,
) -> None:
    """Carry a withdrawal on that did not land everywhere; what was done already is not done again.

    Parameters
    ----------
    withdrawal_id
        Which one, whenever it was; of an erasure, whose act is gone, give the letter.
    letter
        The body of a message of ReachDeadLetters; `-` is the standard input. (Redriving the queue does it for all.)
    """
    with refusals_told():
        environment = DEFAULTS | named_by(stack, CARRYING)
        if withdrawal_id and letter:
            raise InvalidRequestError("letter", "comes instead of an id, not with one")
        if withdrawal_id:
            consents = OperatorDependencies.open(environment).consents
            consent_event = find_withdrawal(withdrawal_id, caller=operator(), consents=consents)
        elif letter:
            consent_event = _act_in(letter)
        else:
            raise InvalidRequestError(
                "withdrawal_id", "is missing, and there is no --letter either"
            )
        reached = carry(consent_event, environment)
        print(_in_words(reached) if reached else "nothing to do: it has landed everywhere before")


def _act_in(letter: Path) -> StoredConsentEvent:
    consent_event = read_act(load_file(letter))
    if consent_event is None or not propagates(consent_event):
        raise UnreadableFileError(letter, "is no withdrawal")
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
