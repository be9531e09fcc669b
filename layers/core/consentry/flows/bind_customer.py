"""A customer is bound to its books; from when this returns, every decision is by them."""

from datetime import datetime

from consentry.domain.callers import Caller
from consentry.domain.errors import ConsentMovedError, UnansweredError
from consentry.domain.terms.binding_acts import BindingAct, BindingRecord
from consentry.domain.terms.tables import Library
from consentry.flows.ports import Bindings, KeyRing

ATTEMPTS = 10


def bind_customer(
    act: BindingAct,
    *,
    caller: Caller,
    at: datetime,
    library: Library,
    keys: KeyRing,
    bindings: Bindings,
) -> BindingRecord:
    """Keep the binding; the books that bind the customer already are kept as they are.

    Raises ForeignCustomerError; TermsTableError if there is no such book, or it is of the other kind;
    UnansweredError if the binding kept moving.
    """
    caller.require(act.customer)
    bound_by = keys.key_of(act.customer).pseudonym(caller.identity)
    for _ in range(ATTEMPTS):
        known = bindings.record(act.customer)
        binding = act.following(known.binding.version if known else 0)
        binding.books(library)
        if known and known.binding.names == binding.names:
            return known
        record = BindingRecord(binding, at, bound_by)
        try:
            bindings.bind(act.customer, record)
        except ConsentMovedError:
            continue
        return record
    raise UnansweredError("the customer's binding kept moving")
