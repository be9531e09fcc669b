"""A customer is bound to its books; from when this returns, every decision is by them."""

from datetime import datetime
from typing import Protocol

from consentry.domain.callers import Caller
from consentry.domain.errors import ConsentMovedError, UnansweredError
from consentry.domain.terms.binding_acts import BindingAct, BindingRecord
from consentry.flows.worlds import WithKeys, WithLaw

ATTEMPTS = 10


class BindingCustomers(WithKeys, WithLaw, Protocol):
    """What binding a customer asks."""


def bind_customer(
    act: BindingAct,
    *,
    caller: Caller,
    at: datetime,
    world: BindingCustomers,
) -> BindingRecord:
    """Keep the binding; the books that bind the customer already are kept as they are.

    Raises ForeignCustomerError; TermsTableError if there is no such book, or it is of the other kind;
    UnansweredError if the binding kept moving.
    """
    caller.require(act.customer)
    bound_by = world.keys.key_of(act.customer).pseudonym(caller.identity)
    for _ in range(ATTEMPTS):
        known = world.bindings.record(act.customer)
        binding = act.following(known.binding.version if known else 0)
        binding.books(world.library)
        if known and known.binding.names == binding.names:
            return known
        record = BindingRecord(binding, at, bound_by)
        try:
            world.bindings.bind(act.customer, record)
        except ConsentMovedError:
            continue
        return record
    raise UnansweredError("the customer's binding kept moving")
