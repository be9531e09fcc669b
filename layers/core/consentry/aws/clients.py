"""The AWS clients, each created on first use, so that importing a handler does not import boto3."""

import time
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

CONNECT_SECONDS = 1.0
READ_SECONDS = 2.0
S3_READ_SECONDS = 5.0
"""S3 answers a large object late. The functions that read or write one have minutes."""
LONGEST_BACKOFF_SECONDS = 2.0
"""Of botocore, before the last of three attempts."""
RESERVED_SECONDS = 1.0
"""For the answer of a function and its metric, after its last call."""


class NoTimeLeftError(Exception):
    """A call was not made, since it could outlast the function.

    It is no UnavailableError and no OSError: readers take these for a damaged file.
    """

    def __init__(self) -> None:
        super().__init__("no time is left for another call of AWS")


class _Deadline:
    """When the function is stopped, on the monotonic clock; infinite for commands, which nothing stops."""

    def __init__(self) -> None:
        self.at = float("inf")

    def require(self, seconds: float) -> None:
        """NoTimeLeftError unless this many seconds and RESERVED_SECONDS remain."""
        if time.monotonic() + seconds + RESERVED_SECONDS > self.at:
            raise NoTimeLeftError


_deadline = _Deadline()


def limit(remaining_seconds: float) -> None:
    """Begin no call from now on that could outlast the remaining time of the function."""
    _deadline.at = time.monotonic() + remaining_seconds


def wait(seconds: float) -> None:
    """Wait before another call; NoTimeLeftError if no time would be left for it."""
    _deadline.require(seconds + CONNECT_SECONDS + READ_SECONDS)
    time.sleep(seconds)


@cache
def dynamodb() -> "DynamoDBClient":
    """DynamoDB."""
    client: DynamoDBClient = _create("dynamodb")
    return client


@cache
def dynamodb_without_retries() -> "DynamoDBClient":
    """DynamoDB, by a client that makes each call once."""
    client: DynamoDBClient = _create("dynamodb", retries=False)
    return client


@cache
def eventbridge() -> "EventBridgeClient":
    """EventBridge."""
    client: EventBridgeClient = _create("events")
    return client


@cache
def kms() -> "KMSClient":
    """KMS."""
    client: KMSClient = _create("kms")
    return client


@cache
def s3() -> "S3Client":
    """S3."""
    client: S3Client = _create("s3")
    return client


@cache
def sqs() -> "SQSClient":
    """SQS."""
    client: SQSClient = _create("sqs")
    return client


def _create(service: Any, *, retries: bool = True) -> Any:
    import boto3  # noqa: PLC0415 - the import takes a third of a second of a cold start
    from botocore.config import Config  # noqa: PLC0415

    read = S3_READ_SECONDS if service == "s3" else READ_SECONDS
    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=read,
        retries={"mode": "standard", "total_max_attempts": 3 if retries else 1},
    )
    client = boto3.client(service, config=config)

    def before_attempt(**_: object) -> None:
        _deadline.require(CONNECT_SECONDS + read)

    def before_backoff(
        caught_exception: Exception | None, response: tuple[Any, Any] | None, **_: object
    ) -> None:
        # An attempt that failed late: botocore would wait for longer than there is time.
        if caught_exception or (response and response[0].status_code >= HTTPStatus.BAD_REQUEST):
            _deadline.require(LONGEST_BACKOFF_SECONDS)

    client.meta.events.register("before-send", before_attempt)
    client.meta.events.register("needs-retry", before_backoff)
    return client
