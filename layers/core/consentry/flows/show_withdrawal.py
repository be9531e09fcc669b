"""How far a withdrawal has got: where it has landed, and where not yet."""

from typing import Protocol

from consentry.domain.callers import Caller
from consentry.domain.consent.act_records import ActRecord
from consentry.domain.errors import NotFoundError
from consentry.domain.reach.reach import ReachShown, parts_of, travels, withdrawal_id
from consentry.flows.ports import Consents
from consentry.flows.worlds import WithConsents, WithReaches


class ShowingReach(WithConsents, WithReaches, Protocol):
    """What showing how far a withdrawal has got asks."""


def show_withdrawal(withdrawal: str, *, caller: Caller, world: ShowingReach) -> ReachShown:
    """One withdrawal, refusal or erasure, even where its act was erased since.

    Raises ForeignCustomerError, NotFoundError.
    """
    caller.require(parts_of(withdrawal)[0])
    if shown := world.reaches.shown(withdrawal):
        return shown
    act = withdrawal_named(withdrawal, caller=caller, consents=world.consents)
    return ReachShown(withdrawal_id=withdrawal, acted_at=act.at)


def withdrawal_named(withdrawal: str, *, caller: Caller, consents: Consents) -> ActRecord:
    """The act that is on its way, as it is kept. Raises ForeignCustomerError, NotFoundError."""
    customer, party, _ = parts_of(withdrawal)
    caller.require(customer)
    for record in consents.acts(customer, party):
        if travels(record) and withdrawal_id(record) == withdrawal:
            return record
    raise NotFoundError("withdrawal")
