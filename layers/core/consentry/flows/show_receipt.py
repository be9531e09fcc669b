"""The receipts of acts, made of what is stored each time that they are asked for."""

from collections.abc import Sequence
from datetime import datetime

from consentry.domain.callers import Caller
from consentry.domain.consent.act_records import ActRecord
from consentry.domain.consent.replay import until
from consentry.domain.errors import NotFoundError, UnansweredError
from consentry.domain.receipts.receipt import Receipt, receipt_of
from consentry.domain.terms.bound_books import BoundBooks
from consentry.flows.ports import Consents
from consentry.flows.worlds import UnderLaw


def show_receipt(
    customer: str,
    party: str,
    act_id: str,
    *,
    caller: Caller,
    at: datetime,
    world: UnderLaw,
) -> Receipt:
    """The receipt of an act of a party, by the random name that it is kept under, as of a moment.

    ForeignCustomerError if the customer is not the caller's. NotFoundError if there is no such act, whichever of
    the three it is that nothing is known of: the same words for a party that never was and one that was erased.
    UnansweredError if that could not be read.
    """
    caller.require(customer)
    state = world.consents.states(customer, (party,))[party]
    if state.version is None:
        raise UnansweredError("the party's consent state could not be read")
    acts = until(world.consents.acts(customer, party), at)
    record = next((each for each in acts if each.act.act_id == act_id), None)
    if record is None or state.closed:
        raise NotFoundError("receipt")
    books = world.bindings.at(customer, at).books(world.library)
    return receipt_among(record, acts, at=at, consents=world.consents, books=books)


def receipt_among(
    record: ActRecord,
    acts: Sequence[ActRecord],
    *,
    at: datetime,
    consents: Consents,
    books: BoundBooks,
) -> Receipt:
    """The receipt of one of a party's acts; `acts` are all until this moment, `books` what binds then."""
    act = record.act
    return receipt_of(
        record,
        acts,
        consents.form(act.customer, act.form) if act.form else None,
        at=at,
        outdated_before=lambda operation, service: books.outdated_before(operation, service, at=at),
    )
