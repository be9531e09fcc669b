"""How many people stand where, over time: for an operator, from every act of a customer."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from consentry.consent.open import ConsentDependencies
from consentry.consent.stored_event import StoredConsentEvent
from consentry.kernel.authorization import Caller
from consentry.renewal.coverage import CoverageCount, count_coverage_at


class ConsentEventScan(Protocol):
    """All acts of a customer, which only an operator may read."""

    def of_customer(self, customer: str) -> Mapping[str, tuple[StoredConsentEvent, ...]]:
        """Each party's acts, oldest first."""
        ...


def count_coverage(
    customer: str,
    moments: Sequence[datetime],
    *,
    caller: Caller,
    deps: ConsentDependencies,
) -> tuple[CoverageCount, ...]:
    """The counts at each of the moments; ForbiddenCustomerError if the customer is not the caller's."""
    caller.require(customer)
    policy_sets = {
        at: deps.assignments.get_at(customer, at).resolve(deps.library) for at in moments
    }
    return count_coverage_at(deps.consent_event_scan.of_customer(customer), policy_sets)
