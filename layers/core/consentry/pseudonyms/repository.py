"""Where customer keys and pseudonyms are stored."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from consentry.pseudonyms.customer_key import CustomerKey


class PseudonymRepository(Protocol):
    """Customers' secret keys and people's pseudonyms, stored apart from all data that uses the pseudonyms."""

    def key_of(self, customer: str) -> CustomerKey:
        """The customer's key. It is created on first use and never changes."""
        ...

    def new_pseudonym(self) -> str:
        """A random pseudonym that is not in use."""
        ...

    def get_or_create_pseudonyms(self, customer: str, people: Iterable[str]) -> Mapping[str, str]:
        """Each person's pseudonym by id, created on first use. All readers see the same one until it is erased.

        Strongly consistent. UnavailableError if some could not be read. An allow that depends on a
        person without consent events needs the pseudonym first: then the person's first event
        changes a state that the allow names.
        """
        ...

    def get_or_create_many(self, customer: str, people: Iterable[str]) -> Mapping[str, str]:
        """The same for many people, in fewer calls, which may delay the first event of one of them."""
        ...

    def find_pseudonyms(self, customer: str, people: Iterable[str]) -> Mapping[str, str]:
        """The pseudonyms that exist, without creating any. A person without one has no consent events.

        A person's first event creates the pseudonym. So a caller that relies on this for an allow must
        read again, or read the epochs first.
        """
        ...
