"""Where customer keys and pseudonyms are stored."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from consentry.pseudonyms.customer_key import CustomerKey


class PseudonymRepository(Protocol):
    """Customers' secret keys and their people's pseudonyms, stored apart from everything that names people by them."""

    def key_of(self, customer: str) -> CustomerKey:
        """The customer's key. It is created on first use and never changes."""
        ...

    def new_pseudonym(self) -> str:
        """A random pseudonym that is not in use."""
        ...

    def get_or_create_pseudonyms(self, customer: str, people: Iterable[str]) -> Mapping[str, str]:
        """Each person's pseudonym by id, created on first use; the same for every reader until it is erased.

        Strongly consistent. UnavailableError if some could not be read. A commit that depends on the version of
        each person needs the pseudonyms first: its condition on a person without consent events is that no state
        exists under the pseudonym.
        """
        ...

    def find_pseudonyms(self, customer: str, people: Iterable[str]) -> Mapping[str, str]:
        """The same without creating any. A person who is missing has no pseudonym, so never acted.

        A caller that relies on this reads the epochs before: a person's first consent event creates the pseudonym.
        """
        ...
