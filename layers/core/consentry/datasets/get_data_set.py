"""Find data sets with their status: one by its id, all of a customer, or all that contain a party."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from itertools import batched
from operator import attrgetter

from consentry.audit.dynamodb import DynamoDBDecisionRepository
from consentry.consent.consent_event import CUSTOMER_PARTY
from consentry.datasets.data_set import DataSet
from consentry.datasets.open import DataSetDependencies
from consentry.datasets.remediation import (
    DataSetState,
    RegisteredModel,
    Remediation,
    Taint,
    remediations,
)
from consentry.datasets.status import Outdated, find_outdated
from consentry.kernel.authorization import Caller, Permission
from consentry.kernel.errors import NotFoundError
from consentry.kernel.ids import TOKEN_PATTERN, customer_of, token_of
from consentry.kernel.pages import require_page, take_page
from consentry.screening.screening_decision import ScreeningDecision
from consentry.terms.assignment import AssignmentHistory

MAX_TAINTS_RETURNED = 100

BATCH_SIZE = 100
"""The number of membership files that are read at once."""

_PAGE = re.compile(TOKEN_PATTERN)


class DataSetStatus(StrEnum):
    """Whether a data set can still be used.

    `outdated`: what would decide it now rejects rows that it admitted. `tainted`: a party has
    withdrawn since its screening. A data set that is both is `tainted`.
    """

    CLEAN = "clean"
    OUTDATED = "outdated"
    TAINTED = "tainted"


@dataclass(frozen=True, slots=True)
class DataSetDetails:
    """A data set with its taints, models and remediations.

    `outdated`: why it is outdated, also if it is tainted; None if it is not. `successor`: the id of
    the newest clean data set that a later screening of the same manifest for the same use gave;
    None unless it is outdated.
    `tainted_since`: the time of the first taint. `withdrawal_count` counts all taints; `taints` are
    the first MAX_TAINTS_RETURNED of them.
    """

    data_set: DataSet
    permit_id: str
    status: DataSetStatus
    outdated: Outdated | None
    successor: str | None
    tainted_since: datetime | None
    withdrawal_count: int
    taints: tuple[Taint, ...]
    models: tuple[RegisteredModel, ...]
    remediations: tuple[Remediation, ...]


@dataclass(frozen=True, slots=True)
class ListedDataSet:
    """A data set in a list, with its status."""

    data_set: DataSet
    status: DataSetStatus


@dataclass(frozen=True, slots=True)
class DataSetPage:
    """Some data sets in the order of their ids; the last page has no `next_page`."""

    data_sets: tuple[ListedDataSet, ...]
    next_page: str | None


def get_data_set(
    data_set_id: str, *, caller: Caller, at: datetime, deps: DataSetDependencies
) -> DataSetDetails:
    """One data set with its status at a time. Raises ForbiddenCustomerError, NotFoundError."""
    data_set, decision = _find(data_set_id, Permission.READ, caller, deps)
    return _describe(data_set, decision, at, deps)


def describe_data_set(
    data_set: DataSet, *, at: datetime, deps: DataSetDependencies
) -> DataSetDetails:
    """A data set that was found, with its status at a time, models and remediations."""
    decision = find_decision(data_set, deps.decisions)
    if decision is None:
        raise NotFoundError("data set")
    return _describe(data_set, decision, at, deps)


def _describe(
    data_set: DataSet, decision: ScreeningDecision, at: datetime, deps: DataSetDependencies
) -> DataSetDetails:
    state = deps.data_sets.get_state(data_set.data_set_id)
    history = deps.assignments.history(data_set.customer)
    outdated = find_cause(decision, state, history, at=at, deps=deps)
    successor = (
        Successors(data_set.customer, history, deps).find(data_set, at) if outdated else None
    )
    taints = sorted(state.taints, key=attrgetter("at"))
    return DataSetDetails(
        data_set=data_set,
        permit_id=data_set.permit_id,
        status=_status(state, outdated),
        outdated=outdated,
        successor=successor,
        tainted_since=taints[0].at if taints else None,
        withdrawal_count=len(taints),
        taints=tuple(taints[:MAX_TAINTS_RETURNED]),
        models=state.models,
        remediations=remediations(state, data_set.model_owner, outdated, successor),
    )


def list_data_sets(
    customer: str,
    *,
    limit: int,
    page: str | None,
    caller: Caller,
    at: datetime,
    deps: DataSetDependencies,
) -> DataSetPage:
    """A page of a customer's data sets, with their status at a time.

    Raises ForbiddenCustomerError, InvalidRequestError.

    A page can have fewer than `limit` data sets, also none, before the last page: records of
    uncommitted screenings count for the page but are not returned.
    """
    caller.require(customer, Permission.READ)
    require_page(page, _PAGE)
    records, more = take_page(deps.data_sets.list_by_customer(customer, page), limit)
    history = deps.assignments.history(customer)
    listed = []
    for record in records:
        if decision := find_decision(record, deps.decisions):
            state = deps.data_sets.get_state(record.data_set_id)
            outdated = find_cause(decision, state, history, at=at, deps=deps)
            listed.append(ListedDataSet(record, _status(state, outdated)))
    return DataSetPage(
        tuple(listed),
        token_of(records[-1].data_set_id) if more else None,
    )


def find_data_set(
    data_set_id: str, permission: Permission, *, caller: Caller, deps: DataSetDependencies
) -> DataSet:
    """The record of a data set. NotFoundError also if its screening was never committed."""
    return _find(data_set_id, permission, caller, deps)[0]


def _find(
    data_set_id: str, permission: Permission, caller: Caller, deps: DataSetDependencies
) -> tuple[DataSet, ScreeningDecision]:
    customer = customer_of(data_set_id)
    caller.require(customer, permission)
    data_set = deps.data_sets.get(data_set_id) if customer else None
    decision = find_decision(data_set, deps.decisions) if data_set else None
    if data_set is None or decision is None:
        raise NotFoundError("data set")
    return data_set, decision


def find_decision(
    data_set: DataSet, decisions: DynamoDBDecisionRepository
) -> ScreeningDecision | None:
    """The decision in the log, in any revision, that names this data set; None if none does."""
    row = decisions.latest(data_set.decision_id)
    if isinstance(row, ScreeningDecision) and row.data_set_id == data_set.data_set_id:
        return row
    return None


def find_cause(
    decision: ScreeningDecision,
    state: DataSetState,
    history: AssignmentHistory,
    *,
    at: datetime,
    deps: DataSetDependencies,
) -> Outdated | None:
    """Why the data set of a screening is outdated at a time; None if it is not.

    INVARIANT: unless it is marked, computed from the log, the assignments and the terms at each
    read. Material changes come into force, and grants end, without an event that could be missed.
    """
    if state.outdated:
        return state.outdated.outdated
    return find_outdated(decision, history, deps.library, at=at)


@dataclass(frozen=True)
class Successors:
    """The successors of a customer's outdated data sets. The first search lists all its data sets."""

    customer: str
    history: AssignmentHistory
    deps: DataSetDependencies

    def find(self, data_set: DataSet, at: datetime) -> str | None:
        """The newest data set of the same source that was screened later, and is clean at a time."""
        later = [each for each in self._by_source[data_set.source] if each.at > data_set.at]
        newest_first = sorted(later, key=attrgetter("at"), reverse=True)
        return next((each.data_set_id for each in newest_first if self._is_clean(each, at)), None)

    @cached_property
    def _by_source(self) -> dict[object, list[DataSet]]:
        found = defaultdict[object, list[DataSet]](list)
        for each in self.deps.data_sets.list_by_customer(self.customer):
            found[each.source].append(each)
        return found

    def _is_clean(self, data_set: DataSet, at: datetime) -> bool:
        decision = find_decision(data_set, self.deps.decisions)
        if decision is None:  # Its screening was never committed.
            return False
        state = self.deps.data_sets.get_state(data_set.data_set_id)
        outdated = find_cause(decision, state, self.history, at=at, deps=self.deps)
        return _status(state, outdated) is DataSetStatus.CLEAN


def _status(state: DataSetState, outdated: Outdated | None) -> DataSetStatus:
    if state.taints:
        return DataSetStatus.TAINTED
    return DataSetStatus.OUTDATED if outdated else DataSetStatus.CLEAN


def data_sets_containing(customer: str, party: str, deps: DataSetDependencies) -> Iterator[DataSet]:
    """All data sets of a customer that may contain the party."""
    for batch in batched(deps.data_sets.list_by_customer(customer), BATCH_SIZE, strict=False):
        yield from filter_containing(party, batch, deps)


def filter_containing(
    party: str, data_sets: Sequence[DataSet], deps: DataSetDependencies
) -> list[DataSet]:
    """The committed data sets among these that may contain the party.

    All data sets of a customer contain the customer. A data set may contain a person if its
    membership file lists the person, is missing or is damaged.
    """
    containing = list(data_sets)
    if party != CUSTOMER_PARTY:
        files = [data_set.membership_file for data_set in data_sets]
        listed = deps.membership_files.may_contain(files, party)
        containing = [data_set for data_set, may in zip(data_sets, listed, strict=True) if may]
    return [data_set for data_set in containing if find_decision(data_set, deps.decisions)]
