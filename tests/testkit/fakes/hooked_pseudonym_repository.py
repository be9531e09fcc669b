"""A pseudonym repository with hooks: something happens between a look-up and the use of its result."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from consentry.kernel.authorization import Caller
from consentry.pseudonyms.customer_key import CustomerKey
from consentry.pseudonyms.repository import PseudonymRepository


@dataclass
class HookedPseudonymRepository:
    """The real repository. `then` maps the number of a look-up, from 1, to what happens after it."""

    real: PseudonymRepository
    then: Mapping[int, Callable[[], object]] = field(default_factory=dict)
    lookups: int = 0

    def key_of(self, customer: str) -> CustomerKey:
        """As the ring has it."""
        return self.real.key_of(customer)

    def new_pseudonym(self) -> str:
        """As the ring has it."""
        return self.real.new_pseudonym()

    def require_customer(self, customer: str, caller: Caller) -> None:
        """As the ring has it."""
        self.real.require_customer(customer, caller)

    def find_similar(self, customer: str, person: str) -> Mapping[str, str]:
        """As the ring has it."""
        return self.real.find_similar(customer, person)

    def get_or_create_pseudonyms(self, customer: str, people: Iterable[str]) -> Mapping[str, str]:
        """As the ring has it."""
        return self.real.get_or_create_pseudonyms(customer, people)

    def get_or_create_many(self, customer: str, people: Iterable[str]) -> Mapping[str, str]:
        """As the ring has it."""
        return self.real.get_or_create_many(customer, people)

    def find_pseudonyms(self, customer: str, people: Iterable[str]) -> Mapping[str, str]:
        """Look up pseudonyms, then run the hook, so that the result is out of date."""
        names = self.real.find_pseudonyms(customer, people)
        self.lookups += 1
        self.then.get(self.lookups, lambda: None)()
        return names
