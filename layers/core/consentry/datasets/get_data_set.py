"""Find data sets: one by its id, all of a customer, or all that contain a party."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import batched
from operator import attrgetter

from consentry.audit.dynamodb import DynamoDBDecisionRepository
from consentry.consent.consent_event import CUSTOMER_PARTY
from consentry.datasets.data_set import DataSet
from consentry.datasets.open import DataSetDependencies
from consentry.datasets.remediation import RegisteredModel, Remediation, Taint, remediations
from consentry.kernel.authorization import Caller, Permission
from consentry.kernel.errors import NotFoundError
from consentry.kernel.ids import TOKEN_PATTERN, customer_of, token_of
from consentry.kernel.pages import require_page, take_page
from consentry.screening.screening_decision import ScreeningDecision

MAX_TAINTS_RETURNED = 100

BATCH_SIZE = 100
"""The number of membership files that are read at once."""

_PAGE = re.compile(TOKEN_PATTERN)


class DataSetStatus(StrEnum):
    """Whether a party of a data set has withdrawn since its screening."""

    CLEAN = "clean"
    TAINTED = "tainted"


@dataclass(frozen=True, slots=True)
class DataSetDetails:
    """A data set with its taints, models and remediations.

    `tainted_since`: the time of the first taint. `withdrawal_count` counts all taints; `taints` are
    the first MAX_TAINTS_RETURNED of them.
    """

    data_set: DataSet
    permit_id: str
    status: DataSetStatus
    tainted_since: datetime | None
    withdrawal_count: int
    taints: tuple[Taint, ...]
    models: tuple[RegisteredModel, ...]
    remediations: tuple[Remediation, ...]


@dataclass(frozen=True, slots=True)
class DataSetPage:
    """Some data sets in the order of their ids; the last page has no `next_page`."""

    data_sets: tuple[DataSet, ...]
    next_page: str | None


def get_data_set(data_set_id: str, *, caller: Caller, deps: DataSetDependencies) -> DataSetDetails:
    """One data set. Raises ForbiddenCustomerError, NotFoundError."""
    data_set = find_data_set(data_set_id, Permission.READ, caller=caller, deps=deps)
    return describe_data_set(data_set, deps)


def describe_data_set(data_set: DataSet, deps: DataSetDependencies) -> DataSetDetails:
    """A data set that was found, with its taints, models and remediations."""
    state = deps.data_sets.get_state(data_set.data_set_id)
    taints = sorted(state.taints, key=attrgetter("at"))
    return DataSetDetails(
        data_set=data_set,
        permit_id=data_set.permit_id,
        status=DataSetStatus.TAINTED if taints else DataSetStatus.CLEAN,
        tainted_since=taints[0].at if taints else None,
        withdrawal_count=len(taints),
        taints=tuple(taints[:MAX_TAINTS_RETURNED]),
        models=state.models,
        remediations=remediations(state, data_set.model_owner),
    )


def list_data_sets(
    customer: str, *, limit: int, page: str | None, caller: Caller, deps: DataSetDependencies
) -> DataSetPage:
    """A page of a customer's data sets. Raises ForbiddenCustomerError, InvalidRequestError.

    A page can have fewer than `limit` data sets, also none, before the last page: records of
    uncommitted screenings count for the page but are not returned.
    """
    caller.require(customer, Permission.READ)
    require_page(page, _PAGE)
    records, more = take_page(deps.data_sets.list_by_customer(customer, page), limit)
    return DataSetPage(
        tuple(record for record in records if is_committed(record, deps.decisions)),
        token_of(records[-1].data_set_id) if more else None,
    )


def find_data_set(
    data_set_id: str, permission: Permission, *, caller: Caller, deps: DataSetDependencies
) -> DataSet:
    """The record of a data set. NotFoundError also if its screening was never committed."""
    customer = customer_of(data_set_id)
    caller.require(customer, permission)
    data_set = deps.data_sets.get(data_set_id) if customer else None
    if data_set is None or not is_committed(data_set, deps.decisions):
        raise NotFoundError("data set")
    return data_set


def is_committed(data_set: DataSet, decisions: DynamoDBDecisionRepository) -> bool:
    """Whether the decision in the log, in any revision, names this data set."""
    row = decisions.latest(data_set.decision_id)
    return isinstance(row, ScreeningDecision) and row.data_set_id == data_set.data_set_id


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
    return [data_set for data_set in containing if is_committed(data_set, deps.decisions)]
