"""A DynamoDB table with the string keys `pk` and `sk`, read strongly consistent.

Every item is written with a `schema_version`. Reads return plain Python values: text, integers, bytes, booleans.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import batched, chain
from typing import TYPE_CHECKING, Any

from consentry.aws.transactions import RETRIES, backoff_delays, transact, write
from consentry.kernel.errors import UnavailableError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MAX_BATCH_KEYS = 100
READ_ATTEMPTS = 6
FIRST_DELAY = 0.05
"""Seconds."""

SCHEMA_VERSION = 1
"""The version of every stored item. A release that changes the meaning of items increments it."""

ABSENT = {"ConditionExpression": "attribute_not_exists(pk)"}
PRESENT = {"ConditionExpression": "attribute_exists(pk)"}

type Key = tuple[str, str]
"""A primary key: the values of `pk` and `sk`."""

type Attributes = Mapping[str, Any]
"""An item's attributes without its key: text, integers, bytes and booleans."""

type Write = dict[str, Any]
"""One element of a transaction."""


@dataclass(frozen=True, slots=True)
class Batch:
    """The items that were found, and the keys that DynamoDB left unprocessed after all retries."""

    items: Mapping[Key, Attributes]
    unread: frozenset[Key]


@dataclass(frozen=True)
class Table:
    """One table. `client` opens the client on first use; `pause` waits between retries, in seconds.

    Methods that return a `Write` do not call DynamoDB; pass their results to `transact`.
    """

    name: str
    client: Callable[[], "DynamoDBClient"]
    pause: Callable[[float], None]

    def get(self, key: Key) -> Attributes | None:
        """The item with this key, or None."""
        found = self.client().get_item(
            TableName=self.name, Key=encode_key(key), ConsistentRead=True
        )
        item = found.get("Item")
        return decode(item) if item else None

    def get_many(self, keys: Sequence[Key]) -> Batch:
        """The items with these keys, in as few calls as possible. The keys must be distinct."""
        found: dict[Key, Attributes] = {}
        unread: list[Key] = []
        client = self.client()
        for batch in batched(keys, MAX_BATCH_KEYS, strict=False):
            remaining = [encode_key(key) for key in batch]
            for delay in backoff_delays(FIRST_DELAY, READ_ATTEMPTS):
                request: dict[str, Any] = {self.name: {"Keys": remaining, "ConsistentRead": True}}
                response = client.batch_get_item(RequestItems=request)
                _require_only(self.name, response)
                for item in response["Responses"].get(self.name, []):
                    found[decode_key(item)] = decode(item)
                unprocessed: Mapping[str, Any] = response["UnprocessedKeys"].get(self.name, {})
                remaining = list(unprocessed.get("Keys", []))
                if not remaining:
                    break
                self.pause(delay)
            unread += map(decode_key, remaining)
        return Batch(found, frozenset(unread))

    def query(
        self, pk: str, *, prefix: str = "", after: str | None = None
    ) -> Iterator[tuple[str, Attributes]]:
        """The items of a partition in the order of `sk`, each with its `sk`.

        `prefix`: only keys with this prefix. `after`: only keys after this one. Pass at most one of them.
        """
        condition, values = "pk = :pk", {":pk": {"S": pk}}
        if prefix:
            condition, values[":sk"] = f"{condition} AND begins_with(sk, :sk)", {"S": prefix}
        elif after:
            condition, values[":sk"] = f"{condition} AND sk > :sk", {"S": after}
        found = self._items("query", values, KeyConditionExpression=condition)
        return ((item["sk"]["S"], decode(item)) for item in found)

    def scan(self, *, pk_prefix: str, sk_prefix: str) -> Iterator[Attributes]:
        """The items of the whole table with these key prefixes. DynamoDB also reads, and bills, all other items."""
        prefixes = {":pk": {"S": pk_prefix}, ":sk": {"S": sk_prefix}}
        condition = "begins_with(pk, :pk) AND begins_with(sk, :sk)"
        return map(decode, self._items("scan", prefixes, FilterExpression=condition))

    def scan_partitions(self, part: str) -> Iterator[Attributes]:
        """The items of the whole table whose partition key contains `part`; billed as `scan`."""
        condition = "contains(pk, :part)"
        return map(decode, self._items("scan", {":part": {"S": part}}, FilterExpression=condition))

    def _items(
        self, operation: Any, values: Mapping[str, Any], **condition: str
    ) -> Iterator[dict[str, Any]]:
        pages = self.client().get_paginator(operation)
        request = {"TableName": self.name, "ConsistentRead": True, **condition}
        found = pages.paginate(ExpressionAttributeValues=values, **request)
        return chain.from_iterable(page["Items"] for page in found)

    def last(self, pk: str) -> Attributes | None:
        """The item with the greatest `sk` of a partition; None if the partition is empty."""
        found = self.client().query(
            TableName=self.name,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": pk}},
            ScanIndexForward=False,
            Limit=1,
            ConsistentRead=True,
        )
        return next(map(decode, found["Items"]), None)

    def put_if_absent(self, key: Key, attributes: Attributes) -> bool:
        """Write an item if its key is free; return whether this call wrote it.

        After a lost response, a retry returns False although the first attempt wrote the item: read it to find out.
        """
        client, put = self.client(), self.putting_if_absent(key, attributes)["Put"]
        try:
            write(lambda: client.put_item(**put), pause=self.pause)
        except client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def put(self, key: Key, attributes: Attributes) -> None:
        """Write an item, and replace the one with the same key."""
        item = encode(key, attributes)
        write(lambda: self.client().put_item(TableName=self.name, Item=item), pause=self.pause)

    def delete(self, key: Key) -> None:
        """Delete an item. Deleting an absent item is a no-op."""
        item = encode_key(key)
        write(lambda: self.client().delete_item(TableName=self.name, Key=item), pause=self.pause)

    def transact(self, writes: Iterable[Write], *, retries: int = RETRIES) -> None:
        """Write all or none of the items (at most 100, in any tables).

        Raises CancelledError if a condition failed, or if contention lasted through all retries;
        botocore's ClientError for other causes. After any other error the writes may be stored.
        """
        transact(self.client(), list(writes), pause=self.pause, retries=retries)

    def putting_if_absent(self, key: Key, attributes: Attributes) -> Write:
        """The write of an item if its key is free."""
        return self._put(key, attributes, ABSENT)

    def putting_after(self, key: Key, attributes: Attributes, before: int) -> Write:
        """The write of an item if the stored `version` is still `before`; 0 means that there is no item."""
        return self._put(key, attributes, _unchanged("version", before))

    def putting_over(self, key: Key, attributes: Attributes, before: Attributes) -> Write:
        """The write of an item if the stored item still has the one attribute in `before`; fails without an item."""
        ((name, value),) = before.items()
        return self._put(key, attributes, _equal(name, value))

    def adding_one(self, key: Key, counter: str) -> Write:
        """The write that adds one to a counter; a missing item counts as 0."""
        return {
            "Update": {
                "TableName": self.name,
                "Key": encode_key(key),
                "UpdateExpression": "ADD #counter :one SET schema_version = :schema",
                "ExpressionAttributeNames": {"#counter": counter},
                "ExpressionAttributeValues": {
                    ":one": {"N": "1"},
                    ":schema": {"N": str(SCHEMA_VERSION)},
                },
            }
        }

    def checking(self, key: Key, value: int, *, counter: str = "version") -> Write:
        """The condition that a counter still has this value; 0 means that there is no item."""
        return self._check(key, _unchanged(counter, value))

    def checking_present(self, key: Key) -> Write:
        """The condition that an item exists."""
        return self._check(key, PRESENT)

    def checking_absent(self, key: Key) -> Write:
        """The condition that an item does not exist."""
        return self._check(key, ABSENT)

    def _put(self, key: Key, attributes: Attributes, condition: Mapping[str, Any]) -> Write:
        return {"Put": {"TableName": self.name, "Item": encode(key, attributes), **condition}}

    def _check(self, key: Key, condition: Mapping[str, Any]) -> Write:
        return {"ConditionCheck": {"TableName": self.name, "Key": encode_key(key), **condition}}


def _require_only(name: str, response: Mapping[str, Any]) -> None:
    """UnavailableError if a response is about another name than that of the request.

    INVARIANT: an item is absent only if DynamoDB says so. Its response may name the table otherwise
    than the request does (by an ARN), and then no item would be found.
    """
    if {*response["Responses"], *response["UnprocessedKeys"]} - {name}:
        raise UnavailableError("a response of DynamoDB names another table")


def encode_key(key: Key) -> dict[str, Any]:
    """A primary key as DynamoDB's API writes it."""
    return {"pk": {"S": key[0]}, "sk": {"S": key[1]}}


def decode_key(item: Mapping[str, Any]) -> Key:
    """The primary key of an item as DynamoDB's API writes it."""
    return item["pk"]["S"], item["sk"]["S"]


def encode(key: Key, attributes: Attributes) -> dict[str, Any]:
    """An item as DynamoDB's API writes it."""
    item = encode_key(key) | {name: _encoded(value) for name, value in attributes.items()}
    return item | {"schema_version": {"N": str(SCHEMA_VERSION)}}


def decode(item: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes of an item as DynamoDB's API writes it, without its key."""
    return {name: _decoded(value) for name, value in item.items() if name not in ("pk", "sk")}


def _encoded(value: Any) -> dict[str, Any]:
    match value:
        case bool():
            return {"BOOL": value}
        case int():
            return {"N": str(value)}
        case bytes():
            return {"B": value}
        case _:
            return {"S": value}


def _decoded(value: Mapping[str, Any]) -> Any:
    ((kind, content),) = value.items()
    match kind:
        case "N":
            return int(content)
        case "B":
            return bytes(content)
        case _:
            return content


def _unchanged(counter: str, value: int) -> Mapping[str, Any]:
    return _equal(counter, value) if value else ABSENT


def _equal(name: str, value: Any) -> Mapping[str, Any]:
    return {
        "ConditionExpression": "#name = :value",
        "ExpressionAttributeNames": {"#name": name},
        "ExpressionAttributeValues": {":value": _encoded(value)},
    }
