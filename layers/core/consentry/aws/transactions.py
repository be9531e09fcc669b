"""DynamoDB transactions: what was cancelled and why, by the place of the item that failed."""

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

CONDITION_FAILED = "ConditionalCheckFailed"


class CancelledError(Exception):
    """A transaction wrote nothing; `reasons` has one code for each of its items, in order."""

    def __init__(self, reasons: tuple[str, ...]) -> None:
        self.reasons = reasons
        super().__init__(", ".join(reasons))

    @property
    def by_condition(self) -> frozenset[int]:
        """The places of the items whose own condition failed."""
        return frozenset(i for i, code in enumerate(self.reasons) if code == CONDITION_FAILED)


def write(client: "DynamoDBClient", items: list[dict[str, Any]]) -> None:
    """All the writes or none; CancelledError where a condition or a conflict cancelled them."""
    try:
        client.transact_write_items(TransactItems=items)  # type: ignore[arg-type]
    except ClientError as failed:
        code = failed.response["Error"]["Code"]
        if code == "TransactionInProgressException":
            raise CancelledError(("TransactionConflict",)) from failed
        if code != "TransactionCanceledException":
            raise
        reasons = failed.response.get("CancellationReasons", [])
        raise CancelledError(tuple(reason.get("Code", "None") for reason in reasons)) from failed
