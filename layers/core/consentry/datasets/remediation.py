"""What became of a data set: models made of it, marks of withdrawals, and what these ask to be done."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import StringConstraints

from consentry.kernel.schema import Id, StrictModel, UtcDatetime

ModelLocation = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=512)]


class ModelKind(StrEnum):
    """What was made: what can be done about it differs."""

    FULL = "full"
    ADAPTER = "adapter"
    EMBEDDING_INDEX = "embedding_index"


class RemediationAction(StrEnum):
    """What a withdrawal asks to be done: a statement, of which nobody here knows whether it was done."""

    EXCLUDE_FROM_NEXT_TRAINING = "exclude_from_next_training"
    RETRAIN = "retrain"
    REMOVE_ADAPTER = "remove_adapter"
    REBUILD_INDEX = "rebuild_index"
    NOT_REMOVABLE = "not_removable"


REMEDIATION_ACTIONS = {
    ModelKind.FULL: RemediationAction.RETRAIN,
    ModelKind.ADAPTER: RemediationAction.REMOVE_ADAPTER,
    ModelKind.EMBEDDING_INDEX: RemediationAction.REBUILD_INDEX,
}


class Model(StrictModel):
    """A model that was made of a data set, as its owner registers it; `runs_at`: where it runs, in their words."""

    model_id: Id
    kind: ModelKind
    location: ModelLocation


class RegisteredModel(StrictModel):
    """A model with when and by whom (a pseudonym) it was registered."""

    model: Model
    at: UtcDatetime
    registered_by: str


class Taint(StrictModel):
    """A withdrawal that a data set holds somebody of, and since when the data set is marked."""

    withdrawal_id: str
    at: UtcDatetime


class Remediation(StrictModel):
    """What is to be done about a data set (no model), or about a model made of it, and since when.

    It is a statement: nobody here ever learns whether it was done.
    """

    model_id: Id | None
    action: RemediationAction
    since: UtcDatetime
    state: Literal["stated"] = "stated"


class DataSetState(StrictModel):
    """All that is kept of a data set beside its record."""

    models: tuple[RegisteredModel, ...] = ()
    taints: tuple[Taint, ...] = ()
