"""The books that bind one customer, and since when grants under them are outdated."""

from dataclasses import dataclass
from datetime import datetime

from consentry.domain.terms.material_changes import MaterialChange, last_change
from consentry.domain.terms.tables import Book
from consentry.domain.vocabulary import Operation, Service


@dataclass(frozen=True, slots=True)
class BoundBooks:
    """The books that bind a customer: one terms book, and limit books, which can only forbid."""

    terms: Book
    limits: tuple[Book, ...] = ()
    observed: frozenset[str] = frozenset()
    """Names of limit books whose forbids are logged and counted without denying."""

    def outdated_before(
        self, operation: Operation, service: Service, *, at: datetime
    ) -> datetime | None:
        """Grants of a use from before this moment are outdated; None if the books never changed it materially.

        A book that is only observed binds nobody, so it voids no consent.
        """
        return last_change(self.changes, operation, service, at=at)

    @property
    def changes(self) -> tuple[MaterialChange, ...]:
        """The material changes of the books that bind, of all times."""
        binding = (self.terms, *(each for each in self.limits if each.name not in self.observed))
        return tuple(change for book in binding for change in book.material)
