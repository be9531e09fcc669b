"""Show how far a withdrawal has propagated."""

from consentry.consent.dynamodb import ConsentRepository
from consentry.consent.stored_event import StoredConsentEvent
from consentry.kernel.authorization import Caller, Permission
from consentry.kernel.errors import NotFoundError
from consentry.propagation.open import PropagationDependencies
from consentry.propagation.propagation import (
    ASSIGNMENT,
    PropagationStatus,
    parse_withdrawal_id,
    propagates,
    withdrawal_id,
)


def get_withdrawal(
    withdrawal: str, *, caller: Caller, deps: PropagationDependencies
) -> PropagationStatus:
    """One withdrawal, also an erased one. Raises ForbiddenCustomerError, NotFoundError."""
    customer, party, _ = parse_withdrawal_id(withdrawal)
    caller.require(customer, Permission.READ)
    if party == ASSIGNMENT:
        raise NotFoundError("withdrawal")
    if status := deps.propagations.status(withdrawal):
        return status
    record = find_withdrawal(withdrawal, caller=caller, consents=deps.consents)
    return PropagationStatus(withdrawal_id=withdrawal, withdrawn_at=record.at)


def find_withdrawal(
    withdrawal: str, *, caller: Caller, consents: ConsentRepository
) -> StoredConsentEvent:
    """The consent event of a withdrawal. Raises ForbiddenCustomerError, NotFoundError."""
    customer, party, _ = parse_withdrawal_id(withdrawal)
    caller.require(customer, Permission.READ)
    for record in consents.consent_events(customer, party):
        if propagates(record) and withdrawal_id(record) == withdrawal:
            return record
    raise NotFoundError("withdrawal")
