"""A data set as it stands: what it is, whether it is tainted, what was made of it, and what is to be done."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from operator import attrgetter
from typing import Protocol

from consentry.domain.callers import Caller
from consentry.domain.errors import NotFoundError
from consentry.domain.naming import customer_of
from consentry.domain.reach.data_sets import DataSet
from consentry.domain.reach.remedies import RegisteredModel, Remediation, Taint
from consentry.domain.screening.screening_decision import ScreeningDecision
from consentry.flows.ports import Decisions
from consentry.flows.worlds import WithDataSets, WithDecisions

MOST_SHOWN = 100


class Condition(StrEnum):
    """Whether somebody in a data set has withdrawn since it was made."""

    CLEAN = "clean"
    TAINTED = "tainted"


@dataclass(frozen=True, slots=True)
class DataSetShown:
    """A data set, and what became of it.

    `tainted_since` is when it was first marked. `withdrawals` counts the marks; `taints` are the first of them,
    MOST_SHOWN at the most.
    """

    data_set: DataSet
    permit_id: str
    condition: Condition
    tainted_since: datetime | None
    withdrawals: int
    taints: tuple[Taint, ...]
    models: tuple[RegisteredModel, ...]
    remedies: tuple[Remediation, ...]


class ShowingDataSets(WithDataSets, WithDecisions, Protocol):
    """What showing a data set asks."""


def show_data_set(data_set_id: str, *, caller: Caller, world: ShowingDataSets) -> DataSetShown:
    """One data set. Raises ForeignCustomerError, NotFoundError."""
    found = data_set_named(data_set_id, caller=caller, world=world)
    kept = world.data_sets.kept_of(data_set_id)
    marks = sorted(kept.taints, key=attrgetter("at"))
    return DataSetShown(
        data_set=found,
        permit_id=found.permit_id,
        condition=Condition.TAINTED if marks else Condition.CLEAN,
        tainted_since=marks[0].at if marks else None,
        withdrawals=len(marks),
        taints=tuple(marks[:MOST_SHOWN]),
        models=kept.models,
        remedies=found.remedies(kept),
    )


def data_set_named(data_set_id: str, *, caller: Caller, world: ShowingDataSets) -> DataSet:
    """The record of a data set; a screening that was never committed left none."""
    customer = customer_of(data_set_id)
    caller.require(customer)
    found = world.data_sets.of(data_set_id) if customer else None
    if found is None or not is_committed(found, world.decisions):
        raise NotFoundError("data set")
    return found


def is_committed(data_set: DataSet, decisions: Decisions) -> bool:
    """Whether the decision in the log, revised or not, is the one that this record was made for."""
    row = decisions.latest(data_set.decision_id)
    return isinstance(row, ScreeningDecision) and row.data_set == data_set.data_set_id
