"""A customer's decisions, listed from the decision table's indexes for those who may see them."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from consentry.domain.errors import MalformedError
from consentry.domain.log.log_row import DecisionPage, decode_row

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_PLACE = re.compile(r"[0-9T:.+-]{32}#(?P<token>[a-z2-7]{26})#(?P<revision>[0-9]{4})")
"""A decision's place in the indexes: its `at_id`."""


@dataclass(frozen=True)
class DecisionIndex:
    """The port `DecisionHistory`."""

    table: str
    client: Callable[[], "DynamoDBClient"]

    def of_customer(
        self, customer: str, *, since: str, outcome: str | None, limit: int, page: str | None
    ) -> DecisionPage:
        """The customer's decisions from `since` on; `page` is what the page before gave."""
        hash_name, hash_value = ("customer", customer)
        if outcome:
            hash_name, hash_value = ("customer_outcome", f"{customer}#{outcome}")
        asked: dict[str, Any] = {
            "TableName": self.table,
            "IndexName": "by_outcome" if outcome else "by_time",
            "KeyConditionExpression": "#hash = :hash AND at_id >= :since",
            "ExpressionAttributeNames": {"#hash": hash_name},
            "ExpressionAttributeValues": {":hash": {"S": hash_value}, ":since": {"S": since}},
            "Limit": limit,
        }
        if page is not None:
            asked["ExclusiveStartKey"] = _start(page, customer) | {hash_name: {"S": hash_value}}
        answer = self.client().query(**asked)
        decisions = tuple(decode_row(item["row"]["S"]) for item in answer["Items"])
        return DecisionPage(decisions, _token(answer.get("LastEvaluatedKey")))


def _token(key: Mapping[str, Any] | None) -> str | None:
    return urlsafe_b64encode(key["at_id"]["S"].encode()).decode() if key else None


def _start(page: str, customer: str) -> dict[str, Any]:
    """The key after which a page begins.

    INVARIANT: a page tells a place in time, not a customer: of whom it tells is what the caller asked and may.
    """
    try:
        place = _PLACE.fullmatch(urlsafe_b64decode(page).decode("ascii"))
    except ValueError:
        place = None
    if place is None:
        raise MalformedError("page", "is not a page of ours")
    return {
        "pk": {"S": f"{customer}#{place['token']}"},
        "sk": {"S": f"revision#{place['revision']}"},
        "at_id": {"S": place[0]},
    }
