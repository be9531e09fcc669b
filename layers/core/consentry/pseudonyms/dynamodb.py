"""Customer keys and pseudonyms in the key table, apart from all items that use the pseudonyms.

<customer>               key         the customer's secret
<customer>#<partition>   pseudonym   a person's pseudonym, in the partition that the secret derives from the id

The index `by_similar_id` finds people by `similar_id`, a digest of the normalised id under the customer's secret. An
erasure replaces the pseudonym by one without it.
"""

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import batched

from consentry.aws.table import Attributes, Key, Table, Write, decode_key
from consentry.aws.transactions import CancelledError
from consentry.kernel.authorization import Caller
from consentry.kernel.errors import NotFoundError, UnavailableError
from consentry.kernel.ids import TOKEN_BYTES, token
from consentry.pseudonyms.customer_key import CustomerKey

MAX_CREATED_AT_ONCE = 100
ATTEMPTS = 10


@dataclass(frozen=True)
class DynamoDBPseudonymRepository:
    """Customer keys are cached in memory, since they never change. Pseudonyms are not: an erasure replaces them.

    `draw` returns the given number of random bytes.
    """

    table: Table
    draw: Callable[[int], bytes] = secrets.token_bytes
    cached: dict[str, CustomerKey] = field(default_factory=dict, repr=False)

    def key_of(self, customer: str) -> CustomerKey:
        """The customer's key, created on first use. Concurrent first uses return the same key."""
        if self._find_key(customer) is None:
            self.cached[customer] = self._created_key(customer)
        return self.cached[customer]

    def require_customer(self, customer: str, caller: Caller) -> None:
        """NotFoundError for a caller of all customers if the customer has no key."""
        if not caller.names(customer) and self._find_key(customer) is None:
            raise NotFoundError("customer")

    def find_similar(self, customer: str, person: str) -> Mapping[str, str]:
        """The pseudonyms of other people with the same normalised id, by their partitions.

        The index may lag behind the table for a moment.
        """
        key = self._find_key(customer)
        if key is None:
            return {}
        client = self.table.client()
        pages = client.get_paginator("query").paginate(
            TableName=self.table.name,
            IndexName="by_similar_id",
            KeyConditionExpression="similar_id = :id",
            ExpressionAttributeValues={":id": {"S": _similar_id(key, person)}},
        )
        try:
            found = [decode_key(item) for page in pages for item in page["Items"]]
        except client.exceptions.ClientError as failed:
            raise UnavailableError("the index of similar ids could not be read") from failed
        keys = [each for each in found if each != pseudonym_key(key, person)]
        batch = self.table.get_many(keys)
        if batch.unread:
            raise UnavailableError("the pseudonyms of people could not be read")
        return {pk.rpartition("#")[2]: item["pseudonym"] for (pk, _), item in batch.items.items()}

    def find_pseudonyms(self, customer: str, people: Iterable[str]) -> Mapping[str, str]:
        """The pseudonyms that exist, strongly consistent; UnavailableError if some could not be read.

        To find nobody creates nothing, not even the key of a customer.
        """
        key = self._find_key(customer)
        if key is None:
            return {}
        people_by_key = {pseudonym_key(key, person): person for person in people}
        batch = self.table.get_many(tuple(people_by_key))
        if batch.unread:
            raise UnavailableError("the pseudonyms of people could not be read")
        return {people_by_key[item]: found["pseudonym"] for item, found in batch.items.items()}

    def get_or_create_pseudonyms(self, customer: str, people: Iterable[str]) -> Mapping[str, str]:
        """Each person's pseudonym, created on first use. Concurrent first uses return the same one."""
        # INVARIANT: no transaction. It would hold the item, and delay the person's first event.
        return self._get_or_create(customer, people, self._create_each)

    def get_or_create_many(self, customer: str, people: Iterable[str]) -> Mapping[str, str]:
        """The same for many people, 100 in one transaction. It may delay the first event of one of them."""
        return self._get_or_create(customer, people, self._create_together)

    def new_pseudonym(self) -> str:
        """A random pseudonym that is not in use."""
        return token(self.draw(TOKEN_BYTES))

    def _get_or_create(
        self,
        customer: str,
        people: Iterable[str],
        create: Callable[[str, Sequence[str]], Mapping[str, str]],
    ) -> Mapping[str, str]:
        distinct = tuple(dict.fromkeys(people))
        found = dict(self.find_pseudonyms(customer, distinct))
        missing = [person for person in distinct if person not in found]
        for batch in batched(missing, MAX_CREATED_AT_ONCE, strict=False):
            found |= create(customer, batch)
        return found

    def _create_each(self, customer: str, people: Sequence[str]) -> Mapping[str, str]:
        key, created = self.key_of(customer), dict[str, str]()
        for person in people:
            drawn = self.new_pseudonym()
            if self.table.put_if_absent(*_first_pseudonym(key, person, drawn)):
                created[person] = drawn
        # Another request created the others, or this one did and its response was lost.
        others = [person for person in people if person not in created]
        created |= self.find_pseudonyms(customer, others)
        if len(created) < len(people):
            raise UnavailableError("a pseudonym that exists could not be read")
        return created

    def _create_together(self, customer: str, people: Sequence[str]) -> Mapping[str, str]:
        key, found = self.key_of(customer), dict[str, str]()
        for _ in range(ATTEMPTS):
            drawn = {person: self.new_pseudonym() for person in people if person not in found}
            try:
                self.table.transact(
                    self.table.putting_if_absent(*_first_pseudonym(key, *each))
                    for each in drawn.items()
                )
            except CancelledError:
                # Another request created one of them, or this one did and its response was lost.
                found |= self.find_pseudonyms(customer, drawn)
                if len(found) == len(people):
                    return found
            else:
                return found | drawn
        raise UnavailableError("other requests kept creating the same pseudonyms")

    def _find_key(self, customer: str) -> CustomerKey | None:
        if customer not in self.cached and (key := self._stored_key(customer)):
            self.cached[customer] = key
        return self.cached.get(customer)

    def _stored_key(self, customer: str) -> CustomerKey | None:
        item = self.table.get((customer, "key"))
        return CustomerKey(customer, item["secret"]) if item else None

    def _created_key(self, customer: str) -> CustomerKey:
        secret = self.draw(32)
        if self.table.put_if_absent((customer, "key"), {"secret": secret}):
            return CustomerKey(customer, secret)
        stored = self._stored_key(customer)
        if stored is None:
            raise UnavailableError("the customer's key could not be read")
        return stored


def pseudonym_key(key: CustomerKey, person: str) -> Key:
    """The key of the item that holds a person's pseudonym."""
    return f"{key.customer}#{key.person_partition(person)}", "pseudonym"


def _first_pseudonym(key: CustomerKey, person: str, pseudonym: str) -> tuple[Key, Attributes]:
    attributes = {"pseudonym": pseudonym, "similar_id": _similar_id(key, person)}
    return pseudonym_key(key, person), attributes


def _similar_id(key: CustomerKey, person: str) -> str:
    return f"{key.customer}#{key.similar_id(person)}"


def put_pseudonym(
    table: Table, key: CustomerKey, person: str, pseudonym: str, *, before: str | None = None
) -> Write:
    """The write of an erased person's pseudonym: over the pseudonym `before`, or over none.

    Nothing finds the person by a similar id any more.
    """
    item = pseudonym_key(key, person), {"pseudonym": pseudonym}
    if before is None:
        return table.putting_if_absent(*item)
    return table.putting_over(*item, {"pseudonym": before})
