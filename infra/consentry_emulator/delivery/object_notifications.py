"""S3: buckets with notifications send an event to EventBridge for each created object."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import uuid4

from consentry_emulator.delivery.rules import Rules
from consentry_emulator.resources import ACCOUNT_ID, client
from consentry_emulator.stack_wiring import Wiring

_CREATING = {"PutObject", "CopyObject", "CompleteMultipartUpload"}
"""Operations that create an object; the event names them as its reason."""


@dataclass(slots=True)
class ObjectNotifications:
    """Makes an event on the default bus of each call that created an object."""

    wiring: Wiring
    rules: Rules
    _sequence: Iterator[int] = field(default_factory=lambda: count(0x617F08299329D189))

    def on_call(
        self, operation: str, params: Mapping[str, Any], response: Mapping[str, Any]
    ) -> None:
        """Notify EventBridge if the call created an object in a bucket with notifications."""
        bucket = params.get("Bucket")
        if operation not in _CREATING or bucket not in self.wiring.notifying_buckets:
            return
        head = client("s3").head_object(Bucket=bucket, Key=params["Key"])
        created = {
            "key": params["Key"],
            "size": head["ContentLength"],
            "etag": head["ETag"].strip('"'),
        }
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
            "reason": operation,
        }
        entry = {
            "DetailType": "Object Created",
            "Source": "aws.s3",
            "Resources": [f"arn:aws:s3:::{bucket}"],
            "Detail": json.dumps(detail),
        }
        self.rules.put(entry, str(uuid4()))
