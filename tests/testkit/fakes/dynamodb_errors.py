"""DynamoDB's errors, as botocore raises them."""

from collections.abc import Sequence

from botocore.exceptions import ClientError


class ConditionalCheckFailedException(ClientError):  # noqa: N818 - AWS names it
    """A single write's condition did not hold."""


class TransactionCanceledException(ClientError):  # noqa: N818
    """A transaction wrote nothing; `CancellationReasons` says why, item by item."""


class Exceptions:
    """What a client has as `exceptions`."""

    ClientError = ClientError
    ConditionalCheckFailedException = ConditionalCheckFailedException
    TransactionCanceledException = TransactionCanceledException


class Crash(BaseException):
    """The actor ends here: its process is gone, and nothing in it is done any more."""


def failed(code: str, operation: str, kind: type[ClientError] = ClientError) -> ClientError:
    """A ClientError with this code."""
    return kind({"Error": {"Code": code, "Message": code}}, operation)


def condition_failed(operation: str) -> ClientError:
    """What a conditional write raises when its condition does not hold."""
    name = "ConditionalCheckFailedException"
    return failed(name, operation, ConditionalCheckFailedException)


def cancelled(codes: Sequence[str]) -> ClientError:
    """What a transaction raises when it is cancelled: a reason for each of its items, in order."""
    response = {
        "Error": {"Code": "TransactionCanceledException", "Message": "cancelled"},
        "CancellationReasons": [{"Code": code} for code in codes],
    }
    return TransactionCanceledException(response, "TransactWriteItems")  # type: ignore[arg-type]
