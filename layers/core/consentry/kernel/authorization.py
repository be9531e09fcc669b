"""The caller of a request, and the customers that it may name."""

from dataclasses import dataclass, field
from typing import Self

from consentry.kernel.errors import ForbiddenCustomerError

ALL = "*"


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated caller: its identity, such as a token's subject, and the customers that it may name."""

    identity: str = field(repr=False)
    customers: frozenset[str]

    @classmethod
    def allowed(cls, identity: str, customers: str) -> Self:
        """The caller with this identity. `customers`: ids separated by spaces, or `*` for all."""
        return cls(identity, frozenset(customers.split()))

    def require(self, customer: str) -> None:
        """Raise ForbiddenCustomerError unless this caller may name the customer."""
        if ALL not in self.customers and customer not in self.customers:
            raise ForbiddenCustomerError
