"""How far tellings of renewals have come, in the consent table: one item a run.

<customer>#renewal   <run>   how many parties were gone through
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from consentry.aws.consent_items import Item, key

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True)
class RenewalRunTable:
    """The port `RenewalRuns`."""

    table: str
    client: Callable[[], "DynamoDBClient"]

    def reached(self, customer: str, run: str) -> int:
        """How many of the run's parties were gone through."""
        place = _place(customer, run)
        answer = self.client().get_item(TableName=self.table, Key=place, ConsistentRead=True)
        item = answer.get("Item")
        return int(item["reached"]["N"]) if item else 0

    def reach(self, customer: str, run: str, count: int) -> None:
        """Keep that so many were gone through."""
        item = _place(customer, run) | {"reached": {"N": str(count)}}
        self.client().put_item(TableName=self.table, Item=item)


def _place(customer: str, run: str) -> Item:
    return key(f"{customer}#renewal", run)
