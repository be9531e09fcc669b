"""The books that bind one customer, and since when grants under them are outdated."""

from dataclasses import dataclass
from datetime import datetime

from consentry.kernel.vocabulary import Operation, Service
from consentry.terms.material_changes import MaterialChange, last_change
from consentry.terms.truth_table import PolicySet


@dataclass(frozen=True, slots=True)
class AssignedPolicies:
    """The books that bind a customer: one terms book, and limit books, which can only forbid."""

    terms: PolicySet
    guardrails: tuple[PolicySet, ...] = ()
    dry_run: frozenset[str] = frozenset()
    """Names of limit books whose forbids are logged and counted without denying."""

    def invalidated_before(
        self, operation: Operation, service: Service, *, at: datetime
    ) -> datetime | None:
        """Grants of a use from before this moment are outdated; None if the books never changed it materially.

        A book that is only observed binds nobody, so it voids no consent.
        """
        return last_change(self.changes, operation, service, at=at)

    @property
    def changes(self) -> tuple[MaterialChange, ...]:
        """The material changes of the books that bind, of all times."""
        assignment = (
            self.terms,
            *(each for each in self.guardrails if each.name not in self.dry_run),
        )
        return tuple(change for policy_set in assignment for change in policy_set.material)
