"""How many people stand where, over time: for an operator, from every act of a customer."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from consentry.domain.callers import Caller
from consentry.domain.consent.act_records import ActRecord
from consentry.domain.consent.coverage import Covered, covered
from consentry.flows.worlds import WithLaw


class EveryAct(Protocol):
    """All acts of a customer, which only an operator may read."""

    def of_customer(self, customer: str) -> Mapping[str, tuple[ActRecord, ...]]:
        """Each party's acts, oldest first."""
        ...


class Counting(WithLaw, Protocol):
    """What counting asks."""

    @property
    def every_act(self) -> EveryAct:
        """The port."""
        ...


def count_coverage(
    customer: str,
    moments: Sequence[datetime],
    *,
    caller: Caller,
    world: Counting,
) -> tuple[Covered, ...]:
    """The counts at each of the moments; ForeignCustomerError if the customer is not the caller's."""
    caller.require(customer)
    books = {at: world.bindings.at(customer, at).books(world.library) for at in moments}
    return covered(world.every_act.of_customer(customer), books)
