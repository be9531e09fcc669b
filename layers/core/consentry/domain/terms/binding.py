"""Which books bind a customer, by name; and that each binds only as the kind that it is."""

from dataclasses import dataclass

from consentry.domain.errors import TermsTableError
from consentry.domain.terms.bound_books import BoundBooks
from consentry.domain.terms.tables import Book, BookKind, Library


@dataclass(frozen=True, slots=True)
class Binding:
    """The names of the books that bound the customer, and which of the limits were only observed.

    `version` grows by one with each time that the customer is bound; 0 is the environment's own binding.
    """

    terms: str
    limits: tuple[str, ...] = ()
    observed: tuple[str, ...] = ()
    version: int = 0

    @property
    def names(self) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
        """What binds, whichever version says so."""
        return self.terms, self.limits, self.observed

    def books(self, library: Library) -> BoundBooks:
        """The books themselves; TermsTableError if the library lacks one, or has it as the other kind."""
        limits = tuple(_book(library, name, "limit") for name in self.limits)
        return BoundBooks(_book(library, self.terms, "terms"), limits, frozenset(self.observed))


def binding_of(terms: str, limits: str) -> Binding:
    """The binding that `announced` and `house,sector:observe` write: names, observed ones marked."""
    named = [name.strip().partition(":") for name in limits.split(",") if name.strip()]
    if len({name for name, _, _ in named}) < len(named):
        raise TermsTableError("a limit book is named twice")
    if {mode for _, _, mode in named} - {"", "observe"}:
        raise TermsTableError("a limit book is enforced, or marked `:observe`")
    return Binding(
        terms=terms,
        limits=tuple(name for name, _, _ in named),
        observed=tuple(name for name, _, mode in named if mode == "observe"),
    )


def _book(library: Library, name: str, kind: BookKind) -> Book:
    book = library.books.get(name)
    if book is None or book.kind != kind:
        raise TermsTableError(f"there is no {kind} book {name}")
    return book
