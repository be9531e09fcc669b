"""Where customer keys and pseudonyms are stored."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from consentry.kernel.authorization import Caller
from consentry.pseudonyms.customer_key import CustomerKey


class PseudonymRepository(Protocol):
    """Customers' secret keys and people's pseudonyms, stored apart from all data that uses the pseudonyms."""

    def key_of(self, customer: str) -> CustomerKey:
        """The customer's key. It is created on first use and never changes."""
        ...

    def require_customer(self, customer: str, caller: Caller) -> None:
        """NotFoundError if the caller may name all customers, and this one does not exist.

        A customer begins to exist when something is registered or assigned for it, or when a caller whose identity
        names it writes. So a typo of a caller of all customers creates nothing.
        """
        ...

    def find_similar(self, customer: str, person: str) -> Mapping[str, str]:
        """The pseudonyms of other people whose ids are equal to this one when normalised, by their partitions.

        Only people whose pseudonym was created by `get_or_create_pseudonyms`, and who are not erased since.
        """
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
