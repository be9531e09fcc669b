"""The AWS clients, opened on first use: nothing of boto3 happens when a door is imported."""

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
    client: DynamoDBClient = _opened("dynamodb")
    return client


@cache
def eventbridge() -> "EventBridgeClient":
    """EventBridge."""
    client: EventBridgeClient = _opened("events")
    return client


@cache
def kms() -> "KMSClient":
    """KMS."""
    client: KMSClient = _opened("kms")
    return client


@cache
def s3() -> "S3Client":
    """S3."""
    client: S3Client = _opened("s3")
    return client


@cache
def sqs() -> "SQSClient":
    """SQS."""
    client: SQSClient = _opened("sqs")
    return client


def _opened(service: Any) -> Any:
    import boto3  # noqa: PLC0415 - importing it costs a third of a second of a cold start
    from botocore.config import Config  # noqa: PLC0415

    # A function has ten seconds: what hangs must fail while there is time to answer that it failed.
    waits = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard"})
    return boto3.client(service, config=waits)
