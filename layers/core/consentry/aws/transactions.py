"""DynamoDB transactions: all writes or none, with retries while other transactions hold the items."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from consentry.aws.backoff import backoff_delays

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NO_REASON = "None"
CONDITION_FAILED = "ConditionalCheckFailed"
CONTENTION = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})
"""Codes of cancellations that a retry may cure: a conflict with another transaction, or throttling."""

RETRIES = 6
FIRST_DELAY = 0.02
"""Seconds."""


class CancelledError(Exception):
    """A transaction was cancelled and wrote nothing; `codes` has one cancellation code for each write, in order."""

    def __init__(self, codes: tuple[str, ...]) -> None:
        self.codes = codes
        super().__init__(", ".join(codes))

    @property
    def by_condition(self) -> frozenset[int]:
        """The indexes of the writes with a failed condition."""
        return frozenset(i for i, code in enumerate(self.codes) if code == CONDITION_FAILED)


def transact(
    client: "DynamoDBClient", items: list[dict[str, Any]], *, pause: Callable[[float], None]
) -> None:
    """All the writes or none; CancelledError if a condition failed, or contention lasted through all retries.

    A cancellation for another reason, for example an item that is too large, raises botocore's ClientError.
    """
    for delay in backoff_delays(FIRST_DELAY, RETRIES):
        try:
            return _transact_once(client, items)
        except CancelledError as cancelled:
            if cancelled.by_condition:
                raise
        pause(delay)
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
        reasons = failed.response.get("CancellationReasons", [])
        codes = tuple(reason.get("Code", NO_REASON) for reason in reasons)
        if set(codes) - {NO_REASON, CONDITION_FAILED, *CONTENTION}:
            raise
        raise CancelledError(codes) from failed
