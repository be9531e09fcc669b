"""S3: objects created, told to EventBridge by the buckets that are told to tell it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import count
from typing import Any

from consentry_emulator.delivery.rules import Rules, format_time, new_id
from consentry_emulator.resources import ACCOUNT_ID, EmulatedAccount
from consentry_emulator.sam_transform import REGION

_REASONS = {
    "PutObject": "PutObject",
    "CopyObject": "CopyObject",
    "CompleteMultipartUpload": "CompleteMultipartUpload",
}


class ObjectNotifications:
    """Turns calls that created an object into the events that S3 puts on the default bus."""

    def __init__(self, account: EmulatedAccount, rules: Rules) -> None:
        self._account = account
        self._rules = rules
        self._sequence = count(0x617F08299329D189)

    def on_call(self, operation: str, params: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
        """Tell of an object just created, if its bucket's notifications are on."""
        if operation in _REASONS and params["Bucket"] in self._account.wiring.notifying_buckets:
            envelope = self._envelope(params["Bucket"], params["Key"], _REASONS[operation], answer)
            self._rules.enqueue("default", envelope)

    def _envelope(
        self, bucket: str, key: str, reason: str, answer: Mapping[str, Any]
    ) -> dict[str, Any]:
        head = self._account.client("s3").head_object(Bucket=bucket, Key=key)
        created = {"key": key, "size": head["ContentLength"], "etag": head["ETag"].strip('"')}
        if "VersionId" in answer:
            created["version-id"] = answer["VersionId"]
        created["sequencer"] = f"{next(self._sequence):016X}"
        detail = {
            "version": "0",
            "bucket": {"name": bucket},
            "object": created,
            "request-id": "LOCAL",
            "requester": ACCOUNT_ID,
            "source-ip-address": "127.0.0.1",
            "reason": reason,
        }
        return {
            "version": "0",
            "id": new_id(),
            "detail-type": "Object Created",
            "source": "aws.s3",
            "account": ACCOUNT_ID,
            "time": format_time(datetime.now(UTC)),
            "region": REGION,
            "resources": [f"arn:aws:s3:::{bucket}"],
            "detail": detail,
        }
