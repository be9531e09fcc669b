"""The AWS clients, opened on first use: nothing of boto3 happens when a door is imported."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_s3 import S3Client


@cache
def dynamodb() -> "DynamoDBClient":
    """DynamoDB."""
    import boto3  # noqa: PLC0415 - importing it costs a third of a second of a cold start

    return boto3.client("dynamodb")


@cache
def eventbridge() -> "EventBridgeClient":
    """EventBridge."""
    import boto3  # noqa: PLC0415

    return boto3.client("events")


@cache
def s3() -> "S3Client":
    """S3."""
    import boto3  # noqa: PLC0415

    return boto3.client("s3")
