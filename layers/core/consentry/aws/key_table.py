"""Customers' secret keys in a table of their own, away from every row that is named with them."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from consentry.domain.naming import CustomerKey

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True)
class KeyTable:
    """The port `KeyRing`; a key that was read once is kept in memory, since it never changes."""

    table: str
    client: Callable[[], "DynamoDBClient"]
    known: dict[str, CustomerKey] = field(default_factory=dict, repr=False)

    def key_of(self, customer: str) -> CustomerKey:
        """The customer's key, made on first use; two first uses at once come to the same key."""
        if customer not in self.known:
            self.known[customer] = self._stored(customer) or self._made(customer)
        return self.known[customer]

    def _stored(self, customer: str) -> CustomerKey | None:
        answer = self.client().get_item(
            TableName=self.table, Key=_key(customer), ConsistentRead=True
        )
        item = answer.get("Item")
        return CustomerKey(customer, bytes(item["secret"]["B"])) if item else None

    def _made(self, customer: str) -> CustomerKey:
        client = self.client()
        secret = secrets.token_bytes(32)
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


def _key(customer: str) -> dict[str, dict[str, str]]:
    return {"pk": {"S": customer}, "sk": {"S": "key"}}
