"""Strongly consistent reads by key, many at a time; what DynamoDB would not say is told, never guessed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import TYPE_CHECKING, Any

from consentry.aws.waits import waits

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MOST_KEYS = 100
TRIES = 6
FIRST_WAIT = 0.05
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Read:
    """The items found, and the keys that stayed unprocessed after every try."""

    items: tuple[Mapping[str, Any], ...]
    unread: tuple[Mapping[str, Any], ...]


def read_strongly(
    client: "DynamoDBClient",
    table: str,
    keys: Sequence[Mapping[str, Any]],
    *,
    pause: Callable[[float], None],
) -> Read:
    """The items under these keys (each named once), as they are now."""
    items: list[Mapping[str, Any]] = []
    unread: list[Mapping[str, Any]] = []
    for batch in batched(keys, MOST_KEYS, strict=False):
        left: list[Mapping[str, Any]] = list(batch)
        for wait in waits(FIRST_WAIT, TRIES):
            asked: dict[str, Any] = {table: {"Keys": left, "ConsistentRead": True}}
            answer = client.batch_get_item(RequestItems=asked)
            items += answer["Responses"].get(table, [])
            unprocessed: Mapping[str, Any] = answer["UnprocessedKeys"].get(table, {})
            left = list(unprocessed.get("Keys", []))
            if not left:
                break
            pause(wait)
        unread += left
    return Read(tuple(items), tuple(unread))
