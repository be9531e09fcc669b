"""Customers' secret keys, and the names of their people, away from every row that is named with them.

<customer>           key    the customer's secret
<customer>#<place>   name   a person's name, at the place that the secret gives to the person's id
"""

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import batched
from typing import TYPE_CHECKING, Any

from consentry.aws.batch_reads import read_strongly
from consentry.aws.transactions import CancelledError, write
from consentry.domain.errors import UnansweredError
from consentry.domain.naming import NAME_BYTES, CustomerKey, token

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MOST_NAMED_AT_ONCE = 100
ATTEMPTS = 10


@dataclass(frozen=True)
class KeyTable:
    """The port `KeyRing`; a key that was read once is kept in memory, since it never changes.

    A name is never kept in memory: erasing takes it away. `draw` gives that many random bytes.
    """

    table: str
    client: Callable[[], "DynamoDBClient"]
    pause: Callable[[float], None]
    draw: Callable[[int], bytes] = secrets.token_bytes
    known: dict[str, CustomerKey] = field(default_factory=dict, repr=False)

    def key_of(self, customer: str) -> CustomerKey:
        """The customer's key, made on first use; two first uses at once come to the same key."""
        if customer not in self.known:
            self.known[customer] = self._stored(customer) or self._made(customer)
        return self.known[customer]

    def known_names(self, customer: str, people: Iterable[str]) -> Mapping[str, str]:
        """The names that there are, strongly consistent; UnansweredError if some stay unread."""
        key = self.key_of(customer)
        asked = {name_key(key, person)["pk"]["S"]: person for person in people}
        keys = [{"pk": {"S": pk}, "sk": {"S": "name"}} for pk in asked]
        answer = read_strongly(self.client(), self.table, keys, pause=self.pause)
        if answer.unread:
            raise UnansweredError("the names of people could not be read")
        return {asked[item["pk"]["S"]]: item["name"]["S"] for item in answer.items}

    def names_of(self, customer: str, people: Iterable[str]) -> Mapping[str, str]:
        """Everybody's name, made where there is none; two first uses at once come to the same name."""
        everybody = tuple(dict.fromkeys(people))
        names = dict(self.known_names(customer, everybody))
        unnamed = [person for person in everybody if person not in names]
        for batch in batched(unnamed, MOST_NAMED_AT_ONCE, strict=False):
            names |= self._named(customer, batch)
        return names

    def new_name(self) -> str:
        """A name that nobody ever had."""
        return token(self.draw(NAME_BYTES))

    def _named(self, customer: str, people: Sequence[str]) -> Mapping[str, str]:
        key, names = self.key_of(customer), dict[str, str]()
        for _ in range(ATTEMPTS):
            drawn = {person: self.new_name() for person in people if person not in names}
            puts = [put_name(self.table, key, *named) for named in drawn.items()]
            try:
                write(self.client(), puts, pause=self.pause)
            except CancelledError:
                # Others named one of them meanwhile; or we did, and the answer was lost.
                names |= self.known_names(customer, drawn)
                if len(names) == len(people):
                    return names
            else:
                return names | drawn
        raise UnansweredError("the names of people kept moving")

    def _stored(self, customer: str) -> CustomerKey | None:
        answer = self.client().get_item(
            TableName=self.table, Key=_key(customer), ConsistentRead=True
        )
        item = answer.get("Item")
        return CustomerKey(customer, bytes(item["secret"]["B"])) if item else None

    def _made(self, customer: str) -> CustomerKey:
        client = self.client()
        secret = self.draw(32)
        try:
            client.put_item(
                TableName=self.table,
                Item={**_key(customer), "secret": {"B": secret}},
                ConditionExpression="attribute_not_exists(pk)",
            )
        except client.exceptions.ConditionalCheckFailedException:
            stored = self._stored(customer)
            if stored is None:
                raise
            return stored
        return CustomerKey(customer, secret)


def name_key(key: CustomerKey, person: str) -> dict[str, dict[str, str]]:
    """The key of the item that holds a person's name."""
    return {"pk": {"S": f"{key.customer}#{key.place(person)}"}, "sk": {"S": "name"}}


def put_name(
    table: str, key: CustomerKey, person: str, name: str, *, after: str | None = None
) -> dict[str, Any]:
    """The write of a name for somebody who has none, or has the one before."""
    item = {**name_key(key, person), "name": {"S": name}}
    condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(pk)"}
    if after:
        condition = {
            "ConditionExpression": "#name = :before",
            "ExpressionAttributeNames": {"#name": "name"},
            "ExpressionAttributeValues": {":before": {"S": after}},
        }
    return {"Put": {"TableName": table, "Item": item} | condition}


def _key(customer: str) -> dict[str, dict[str, str]]:
    return {"pk": {"S": customer}, "sk": {"S": "key"}}
