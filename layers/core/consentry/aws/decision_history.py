"""A customer's decisions, listed from the decision table's indexes for those who may see them."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from consentry.domain.decision import DecisionPage, decode
from consentry.domain.errors import MalformedError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


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
        if page:
            asked["ExclusiveStartKey"] = _start(page, customer)
        answer = self.client().query(**asked)
        decisions = tuple(decode(item["row"]["S"]) for item in answer["Items"])
        return DecisionPage(decisions, _token(answer.get("LastEvaluatedKey")))


def _token(key: Mapping[str, Any] | None) -> str | None:
    return urlsafe_b64encode(json.dumps(key).encode()).decode() if key else None


def _start(page: str, customer: str) -> dict[str, Any]:
    try:
        key = json.loads(urlsafe_b64decode(page))
        names_customer = key["pk"]["S"].startswith(f"{customer}#")
    except (ValueError, KeyError, TypeError, AttributeError):
        raise MalformedError("page", "is not a page of ours") from None
    # INVARIANT: a page of one customer's never opens another's.
    if not names_customer:
        raise MalformedError("page", "is not a page of this customer")
    return dict(key)
