"""The decisions that were given, in DynamoDB: committed together with checks on the consents they stand on.

<customer>#<token>   revision#0001   a decision; 0002 is the denial that an allow was turned into
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from consentry.aws import consent_items
from consentry.aws.transactions import CancelledError, write
from consentry.domain.decision.fence import Fence
from consentry.domain.errors import AlreadyDecidedError, ConsentMovedError
from consentry.domain.log.log_row import LogRow, decode_row, encode_row

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True)
class DecisionTable:
    """The port `Decisions`; the checks of a fence are on the consent table."""

    table: str
    consent_table: str
    client: Callable[[], "DynamoDBClient"]
    pause: Callable[[float], None]

    def latest(self, decision_id: str) -> LogRow | None:
        """The last revision of a decision, strongly consistent."""
        answer = self.client().query(
            TableName=self.table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": _pk(decision_id)}},
            ScanIndexForward=False,
            Limit=1,
            ConsistentRead=True,
        )
        return next((decode_row(item["row"]["S"]) for item in answer["Items"]), None)

    def commit(self, decision: LogRow, fence: Fence) -> None:
        """Write the decision if nothing behind the fence has moved, in one transaction."""
        put = {"TableName": self.table, "Item": item_of(decision)}
        put["ConditionExpression"] = consent_items.ABSENT
        fenced = consent_items.checks(self.consent_table, decision.asked.customer, fence)
        try:
            write(self.client(), [{"Put": put}, *fenced], pause=self.pause)
        except CancelledError as cancelled:
            # A first try whose answer was lost may have been applied: then our own decision is there.
            stored = self.latest(decision.decision_id)
            if stored == decision:
                return
            if 0 in cancelled.by_condition:
                raise AlreadyDecidedError from cancelled
            raise ConsentMovedError from cancelled


def item_of(decision: LogRow) -> dict[str, Any]:
    """The item of a decision: its log row, and what the indexes list it by."""
    at = decision.at.isoformat(timespec="microseconds")
    token = decision.decision_id.rpartition("~")[2]
    return revision_key(decision.decision_id, decision.revision) | {
        "row": {"S": encode_row(decision).decode("utf-8")},
        "customer": {"S": decision.asked.customer},
        "customer_outcome": {"S": f"{decision.asked.customer}#{decision.outcome}"},
        "at_id": {"S": f"{at}#{token}#{decision.revision:04}"},
    }


def revision_key(decision_id: str, revision: int) -> dict[str, Any]:
    """The key of one revision of a decision."""
    return consent_items.key(_pk(decision_id), f"revision#{revision:04}")


def _pk(decision_id: str) -> str:
    return decision_id.replace("~", "#")
