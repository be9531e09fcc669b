"""The models trained on a data set, its taints, and the remediations that the taints require."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import StringConstraints

from consentry.datasets.status import Outdated
from consentry.kernel.schema import Id, StrictModel, UtcDatetime
from consentry.kernel.vocabulary import ModelOwner

ModelLocation = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=512)]


class ModelKind(StrEnum):
    """How a model uses the data set. Each kind has its own remediation."""

    FULL = "full"
    ADAPTER = "adapter"
    EMBEDDING_INDEX = "embedding_index"


class RemediationAction(StrEnum):
    """What a taint or an outdated data set requires. Consentry does not know whether it was done."""

    EXCLUDE_FROM_NEXT_TRAINING = "exclude_from_next_training"
    RETRAIN = "retrain"
    REMOVE_ADAPTER = "remove_adapter"
    REBUILD_INDEX = "rebuild_index"
    NOT_REMOVABLE = "not_removable"
    SCREEN_AGAIN = "screen_again"


REMEDIATION_ACTIONS = {
    ModelKind.FULL: RemediationAction.RETRAIN,
    ModelKind.ADAPTER: RemediationAction.REMOVE_ADAPTER,
    ModelKind.EMBEDDING_INDEX: RemediationAction.REBUILD_INDEX,
}


class Model(StrictModel):
    """A model that was trained on a data set, as its owner registers it.

    `location`: where the model runs, in the owner's words.
    """

    model_id: Id
    kind: ModelKind
    location: ModelLocation


class RegisteredModel(StrictModel):
    """A model, with the time of its registration and the pseudonym of the caller."""

    model: Model
    at: UtcDatetime
    registered_by: str


class Taint(StrictModel):
    """A withdrawal by a party of the data set, and the time when the data set was marked."""

    withdrawal_id: str
    at: UtcDatetime


class OutdatedMark(StrictModel):
    """That a data set was found outdated, when, and by the propagation that notifies its users."""

    outdated: Outdated
    at: UtcDatetime
    propagation_id: str


class Remediation(StrictModel):
    """What to do about one model of a data set, or about the data set itself (without `model_id`).

    `since`: None if the time is not known. `state` is always `stated`: Consentry never learns whether it was done.
    """

    model_id: Id | None
    action: RemediationAction
    since: UtcDatetime | None
    state: Literal["stated"] = "stated"


class DataSetState(StrictModel):
    """The models and taints of a data set, and that it was found outdated."""

    models: tuple[RegisteredModel, ...] = ()
    taints: tuple[Taint, ...] = ()
    outdated: OutdatedMark | None = None


def remediations(
    state: DataSetState,
    model_owner: ModelOwner,
    outdated: Outdated | None = None,
    successor: str | None = None,
) -> tuple[Remediation, ...]:
    """What to do about a tainted data set and each of its models; empty while it is clean.

    An outdated data set must be screened again, unless it has a `successor`. A tainted one has the
    remediations of its taints.

    They are computed from the stored state. So a taint and a model that are stored at the same time
    cannot miss each other.
    """
    if not state.taints:
        if outdated is None or successor:
            return ()
        again = RemediationAction.SCREEN_AGAIN
        return (Remediation(model_id=None, action=again, since=outdated.since),)
    since = min(taint.at for taint in state.taints)
    exclude = RemediationAction.EXCLUDE_FROM_NEXT_TRAINING
    found = [Remediation(model_id=None, action=exclude, since=since)]
    for registered in state.models:
        action = REMEDIATION_ACTIONS[registered.model.kind]
        if model_owner is ModelOwner.THIRD_PARTY:
            action = RemediationAction.NOT_REMOVABLE
        model_id, at = registered.model.model_id, max(since, registered.at)
        found.append(Remediation(model_id=model_id, action=action, since=at))
    return tuple(found)
