"""A key ring at whose looks something happens: what a flow read of names is old when it looks at it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from consentry.pseudonyms.customer_key import CustomerKey
from consentry.pseudonyms.repository import PseudonymRepository


@dataclass
class HookedPseudonymRepository:
    """The real ring; `then` says what happens after which look for names there are (the first is 1)."""

    real: PseudonymRepository
    then: Mapping[int, Callable[[], object]] = field(default_factory=dict)
    lookups: int = 0

    def key_of(self, customer: str) -> CustomerKey:
        """As the ring has it."""
        return self.real.key_of(customer)

    def new_pseudonym(self) -> str:
        """As the ring has it."""
        return self.real.new_pseudonym()

    def get_or_create_pseudonyms(self, customer: str, people: Iterable[str]) -> Mapping[str, str]:
        """As the ring has it."""
        return self.real.get_or_create_pseudonyms(customer, people)

    def find_pseudonyms(self, customer: str, people: Iterable[str]) -> Mapping[str, str]:
        """What the ring has, which is old when it is looked at."""
        names = self.real.find_pseudonyms(customer, people)
        self.lookups += 1
        self.then.get(self.lookups, lambda: None)()
        return names
