"""A data set as it stands: what it is, whether it is tainted, what was made of it, and what is to be done."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from operator import attrgetter

from consentry.audit.dynamodb import DecisionRepository
from consentry.datasets.data_set import DataSet
from consentry.datasets.open import DataSetDependencies
from consentry.datasets.remediation import RegisteredModel, Remediation, Taint
from consentry.kernel.authorization import Caller
from consentry.kernel.errors import NotFoundError
from consentry.kernel.ids import customer_of
from consentry.screening.screening_decision import ScreeningDecision

MAX_TAINTS_RETURNED = 100


class DataSetStatus(StrEnum):
    """Whether somebody in a data set has withdrawn since it was made."""

    CLEAN = "clean"
    TAINTED = "tainted"


@dataclass(frozen=True, slots=True)
class DataSetDetails:
    """A data set, and what became of it.

    `tainted_since` is when it was first marked. `withdrawals` counts the marks; `taints` are the first of them,
    MOST_SHOWN at the most.
    """

    data_set: DataSet
    permit_id: str
    status: DataSetStatus
    tainted_since: datetime | None
    withdrawals: int
    taints: tuple[Taint, ...]
    models: tuple[RegisteredModel, ...]
    remediations: tuple[Remediation, ...]


def get_data_set(data_set_id: str, *, caller: Caller, deps: DataSetDependencies) -> DataSetDetails:
    """One data set. Raises ForbiddenCustomerError, NotFoundError."""
    found = find_data_set(data_set_id, caller=caller, deps=deps)
    kept = deps.data_sets.state_of(data_set_id)
    marks = sorted(kept.taints, key=attrgetter("at"))
    return DataSetDetails(
        data_set=found,
        permit_id=found.permit_id,
        status=DataSetStatus.TAINTED if marks else DataSetStatus.CLEAN,
        tainted_since=marks[0].at if marks else None,
        withdrawals=len(marks),
        taints=tuple(marks[:MAX_TAINTS_RETURNED]),
        models=kept.models,
        remediations=found.remediations(kept),
    )


def find_data_set(data_set_id: str, *, caller: Caller, deps: DataSetDependencies) -> DataSet:
    """The record of a data set; a screening that was never committed left none."""
    customer = customer_of(data_set_id)
    caller.require(customer)
    found = deps.data_sets.of(data_set_id) if customer else None
    if found is None or not is_committed(found, deps.decisions):
        raise NotFoundError("data set")
    return found


def is_committed(data_set: DataSet, decisions: DecisionRepository) -> bool:
    """Whether the decision in the log, revised or not, is the one that this record was made for."""
    row = decisions.latest(data_set.decision_id)
    return isinstance(row, ScreeningDecision) and row.data_set == data_set.data_set_id
