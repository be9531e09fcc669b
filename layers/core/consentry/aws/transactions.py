"""Writes of DynamoDB, with retries while transactions of others hold the items.

DynamoDB lets one transaction at a time hold an item, also an item that it only checks. Another
transaction on the item is cancelled, and a plain write to it fails. Reads never wait.
"""

from collections.abc import Callable, Iterator
from secrets import randbelow
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from consentry.kernel.errors import UnavailableError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NO_REASON = "None"
CONDITION_FAILED = "ConditionalCheckFailed"
CONTENTION = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})
"""Codes of cancellations that a retry may cure: a conflict with another transaction, or throttling."""

RETRIES = 6
"""At most 1.3 seconds of delays."""

PATIENT_RETRIES = 8
"""Of consent events and erasures, which must not fail because of screenings. At most 5.1 seconds."""

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


def backoff_delays(first: float, attempts: int) -> Iterator[float]:
    """A random delay before each retry, in seconds: up to `first`, then up to twice as long each time."""
    return (first * 2**attempt * randbelow(1000) / 1000 for attempt in range(attempts))


def write(call: Callable[[], object], *, pause: Callable[[float], None]) -> None:
    """Make a plain write, with retries while a transaction holds the item; then UnavailableError."""
    for delay in backoff_delays(FIRST_DELAY, RETRIES):
        try:
            call()
        except ClientError as failed:
            if failed.response["Error"]["Code"] != "TransactionConflictException":
                raise
            pause(delay)
        else:
            return
    raise UnavailableError("a transaction held the item on every attempt")


def transact(
    client: "DynamoDBClient",
    writes: list[dict[str, Any]],
    *,
    pause: Callable[[float], None],
    retries: int = RETRIES,
) -> None:
    """Write all or none of the items, with retries during contention; see `Table.transact` for the errors."""
    for delay in backoff_delays(FIRST_DELAY, retries):
        try:
            return _transact_once(client, writes)
        except CancelledError as cancelled:
            if cancelled.by_condition:
                raise
        pause(delay)
    return _transact_once(client, writes)


def _transact_once(client: "DynamoDBClient", writes: list[dict[str, Any]]) -> None:
    try:
        client.transact_write_items(TransactItems=writes)  # type: ignore[arg-type]
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
