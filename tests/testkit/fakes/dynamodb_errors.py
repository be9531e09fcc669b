"""Errors of DynamoDB as botocore raises them."""

from collections.abc import Sequence

from botocore.exceptions import ClientError


class ConditionalCheckFailedException(ClientError):  # noqa: N818 - AWS names it
    """The condition of a single write did not hold."""


class TransactionCanceledException(ClientError):  # noqa: N818
    """A transaction wrote nothing. `CancellationReasons` has a reason for each item."""


class TransactionConflictException(ClientError):  # noqa: N818
    """A transaction holds the item of a plain write."""


class Exceptions:
    """The attribute `exceptions` of a client."""

    ClientError = ClientError
    ConditionalCheckFailedException = ConditionalCheckFailedException
    TransactionCanceledException = TransactionCanceledException


class Crash(BaseException):
    """The process of the actor crashes here."""


def failed(code: str, operation: str, kind: type[ClientError] = ClientError) -> ClientError:
    """A ClientError with this code."""
    return kind({"Error": {"Code": code, "Message": code}}, operation)


def condition_failed(operation: str) -> ClientError:
    """The error of a conditional write."""
    name = "ConditionalCheckFailedException"
    return failed(name, operation, ConditionalCheckFailedException)


def cancelled(codes: Sequence[str]) -> ClientError:
    """The error of a cancelled transaction, with a reason for each item in order."""
    response = {
        "Error": {"Code": "TransactionCanceledException", "Message": "cancelled"},
        "CancellationReasons": [{"Code": code} for code in codes],
    }
    return TransactionCanceledException(response, "TransactWriteItems")  # type: ignore[arg-type]
