"""Deterministic keys and pseudonyms: built from ids, or drawn from a seed into the real table."""

import hashlib
import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from consentry.aws.table import Table
from consentry.kernel.authorization import Caller
from consentry.kernel.ids import token
from consentry.pseudonyms.customer_key import CustomerKey
from consentry.pseudonyms.dynamodb import DynamoDBPseudonymRepository
from tests.testkit.fakes.dynamodb_tables import KEYS


@dataclass
class FixedPseudonymRepository:
    """A pseudonym repository without a table. Every person has a pseudonym already."""

    drawn: Iterator[int] = field(default_factory=itertools.count)

    def new_pseudonym(self) -> str:
        """A pseudonym built from the number of pseudonyms drawn before."""
        return token(hashlib.sha256(str(next(self.drawn)).encode()).digest())

    def key_of(self, customer: str) -> CustomerKey:
        """A key built from the customer id."""
        return CustomerKey(customer, customer.encode().ljust(32, b"."))

    def require_customer(self, customer: str, caller: Caller) -> None:
        """Every customer exists."""

    def find_similar(self, customer: str, person: str) -> Mapping[str, str]:
        """No other person is known."""
        return {}

    def get_or_create_pseudonyms(self, customer: str, people: Iterable[str]) -> Mapping[str, str]:
        """Pseudonyms built from the ids of the people."""
        return {person: self.key_of(customer).person_partition(person) for person in people}

    find_pseudonyms = get_or_create_many = get_or_create_pseudonyms


def seeded(
    client: Any,
    customer: str,
    seed: str = "",
    ring: type[DynamoDBPseudonymRepository] = DynamoDBPseudonymRepository,
) -> DynamoDBPseudonymRepository:
    """The real key table with pseudonyms drawn from a seed."""
    drawn = itertools.count()

    def draw(length: int) -> bytes:
        return hashlib.sha256(f"{seed} {next(drawn)}".encode()).digest()[:length]

    known = {customer: FixedPseudonymRepository().key_of(customer)}
    return ring(Table(KEYS, lambda: client, lambda _: None), draw, known)
