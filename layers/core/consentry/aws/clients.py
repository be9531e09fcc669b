"""The AWS clients, each created on first use, so that importing a handler does not import boto3."""

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient


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

    # A function has ten seconds. A call that hangs must fail while there is time to respond.
    attempts = 3 if retries else 1
    config = Config(
        connect_timeout=2,
        read_timeout=5,
        retries={"mode": "standard", "total_max_attempts": attempts},
    )
    return boto3.client(service, config=config)
