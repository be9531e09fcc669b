"""S3: buckets with notifications send an event to EventBridge for each created object."""

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import count
from typing import Any

from consentry_emulator.delivery.rules import Rules, format_time, new_id
from consentry_emulator.resources import ACCOUNT_ID, EmulatedAccount
from consentry_emulator.sam_transform import REGION

_CREATING = {"PutObject", "CopyObject", "CompleteMultipartUpload"}
"""Operations that create an object; the event names them as its reason."""


class ObjectNotifications:
    """Makes an event on the default bus of each call that created an object."""

    def __init__(self, account: EmulatedAccount, rules: Rules) -> None:
        self._account = account
        self._rules = rules
        self._sequence = count(0x617F08299329D189)

    def on_call(
        self, operation: str, params: Mapping[str, Any], response: Mapping[str, Any]
    ) -> None:
        """Notify EventBridge if the call created an object in a bucket with notifications."""
        if operation in _CREATING and params["Bucket"] in self._account.wiring.notifying_buckets:
            envelope = self._envelope(params["Bucket"], params["Key"], operation, response)
            self._rules.enqueue("default", envelope)

    def _envelope(
        self, bucket: str, key: str, reason: str, response: Mapping[str, Any]
    ) -> dict[str, Any]:
        head = self._account.client("s3").head_object(Bucket=bucket, Key=key)
        created = {"key": key, "size": head["ContentLength"], "etag": head["ETag"].strip('"')}
        if "VersionId" in response:
            created["version-id"] = response["VersionId"]
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
