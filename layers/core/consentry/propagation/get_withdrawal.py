"""How far a withdrawal has got: where it has landed, and where not yet."""

from consentry.consent.dynamodb import ConsentRepository
from consentry.consent.stored_event import StoredConsentEvent
from consentry.kernel.authorization import Caller
from consentry.kernel.errors import NotFoundError
from consentry.propagation.open import PropagationDependencies
from consentry.propagation.propagation import (
    PropagationStatus,
    parse_withdrawal_id,
    propagates,
    withdrawal_id,
)


def get_withdrawal(
    withdrawal: str, *, caller: Caller, deps: PropagationDependencies
) -> PropagationStatus:
    """One withdrawal, refusal or erasure, even where its act was erased since.

    Raises ForbiddenCustomerError, NotFoundError.
    """
    caller.require(parse_withdrawal_id(withdrawal)[0])
    if status := deps.propagations.status(withdrawal):
        return status
    consent_event = find_withdrawal(withdrawal, caller=caller, consents=deps.consents)
    return PropagationStatus(withdrawal_id=withdrawal, withdrawn_at=consent_event.at)


def find_withdrawal(
    withdrawal: str, *, caller: Caller, consents: ConsentRepository
) -> StoredConsentEvent:
    """The act that is on its way, as it is kept. Raises ForbiddenCustomerError, NotFoundError."""
    customer, party, _ = parse_withdrawal_id(withdrawal)
    caller.require(customer)
    for record in consents.consent_events(customer, party):
        if propagates(record) and withdrawal_id(record) == withdrawal:
            return record
    raise NotFoundError("withdrawal")
