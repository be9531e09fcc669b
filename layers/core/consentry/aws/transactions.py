"""DynamoDB transactions: what was cancelled and why, by the place of the item that failed."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from consentry.aws.backoff import backoff_delays

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NOTHING = "None"
CONDITION_FAILED = "ConditionalCheckFailed"
CONTENDED = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})
"""Somebody else's transaction was on the same items, or there were too many: the same may work a moment later."""

TRIES = 6
FIRST_WAIT = 0.02
"""Seconds."""


class CancelledError(Exception):
    """A transaction wrote nothing; `reasons` has one code for each of its items, in order."""

    def __init__(self, reasons: tuple[str, ...]) -> None:
        self.reasons = reasons
        super().__init__(", ".join(reasons))

    @property
    def by_condition(self) -> frozenset[int]:
        """The places of the items whose own condition failed."""
        return frozenset(i for i, code in enumerate(self.reasons) if code == CONDITION_FAILED)


def transact(
    client: "DynamoDBClient", items: list[dict[str, Any]], *, pause: Callable[[float], None]
) -> None:
    """All the writes or none; CancelledError where a condition, or contention that lasts, cancelled them.

    A cancellation for another reason (an item too large, say) is raised as DynamoDB told it.
    """
    for wait in backoff_delays(FIRST_WAIT, TRIES):
        try:
            return _transact_once(client, items)
        except CancelledError as cancelled:
            if cancelled.by_condition:
                raise
        pause(wait)
    return _transact_once(client, items)


def _transact_once(client: "DynamoDBClient", items: list[dict[str, Any]]) -> None:
    try:
        client.transact_write_items(TransactItems=items)  # type: ignore[arg-type]
    except ClientError as failed:
        code = failed.response["Error"]["Code"]
        if code == "TransactionInProgressException":
            raise CancelledError(("TransactionConflict",)) from failed
        if code != "TransactionCanceledException":
            raise
        told = failed.response.get("CancellationReasons", [])
        reasons = tuple(reason.get("Code", NOTHING) for reason in told)
        if set(reasons) - {NOTHING, CONDITION_FAILED, *CONTENDED}:
            raise
        raise CancelledError(reasons) from failed
