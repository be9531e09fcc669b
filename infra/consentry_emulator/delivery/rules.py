"""EventBridge: matches published events and notifications of S3 with rules, and delivers them to the targets."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import uuid4

from moto.events.models import EventPattern

from consentry_emulator.delivery.async_invocations import AsyncInvocations
from consentry_emulator.delivery.dead_letters import send_dead_letter
from consentry_emulator.errors import UnknownPropertyError
from consentry_emulator.event_log import Delivery
from consentry_emulator.policy_evaluation import admits_service
from consentry_emulator.resources import ACCOUNT_ID, client
from consentry_emulator.sam_transform import REGION
from consentry_emulator.stack_wiring import EventRule, Target, Wiring

_PRINCIPAL = "events.amazonaws.com"
_CREATING = {"PutObject", "CopyObject", "CompleteMultipartUpload"}
"""Operations that create an object; the event names them as its reason."""


def matches(pattern: str, event: Any) -> bool:
    """True if the pattern, EventBridge's JSON, matches an event or a record."""
    return EventPattern.load(pattern).matches_event(event)


@dataclass(slots=True)
class Rules:
    """Delivers events to the targets of the matching rules (moto's matcher decides)."""

    wiring: Wiring
    invocations: AsyncInvocations
    deliveries: list[Delivery]
    _waiting: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    _sequence: Iterator[int] = field(default_factory=lambda: count(0x617F08299329D189))

    def on_call(self, operation: str, params: Mapping[str, Any], response: dict[str, Any]) -> None:
        """Accept the events of a PutEvents call, and the notification of a call that created an object."""
        if operation == "PutEvents":
            for entry, result in zip(params["Entries"], response["Entries"], strict=True):
                if "EventId" in result:
                    self._put(entry, result["EventId"])
        elif operation in _CREATING and params["Bucket"] in self.wiring.notifying_buckets:
            self._put(self._created_object(operation, params, response), str(uuid4()))

    def _put(self, entry: Mapping[str, Any], event_id: str) -> None:
        """Accept an entry of a PutEvents call, in the form that EventBridge delivers."""
        envelope = {
            "version": "0",
            "id": event_id,
            "detail-type": entry["DetailType"],
            "source": entry["Source"],
            "account": ACCOUNT_ID,
            "time": f"{entry.get('Time', datetime.now(UTC)).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "region": REGION,
            "resources": list(entry.get("Resources", [])),
            "detail": json.loads(entry["Detail"]),
        }
        self.enqueue(entry.get("EventBusName", "default").rpartition("/")[2], envelope)

    def enqueue(self, bus: str, envelope: dict[str, Any]) -> None:
        """Accept an event on a bus; the next `deliver` delivers it."""
        self._waiting.append((bus, envelope))

    def deliver(self) -> bool:
        """Deliver all waiting events; False if there were none."""
        waiting, self._waiting = self._waiting, []
        for bus, envelope in waiting:
            matching = self.matching(bus, envelope)
            for rule in matching:
                for target in rule.targets:
                    self._send(rule, target, envelope)
            if not matching:
                self.deliveries.append(Delivery("bus", envelope, None, attempts=0))
        return bool(waiting)

    def matching(self, bus: str, envelope: Mapping[str, Any]) -> list[EventRule]:
        """The rules of a bus that match."""
        return [
            rule
            for rule in self.wiring.rules
            if rule.bus == bus and matches(rule.pattern, envelope)
        ]

    def _created_object(
        self, operation: str, params: Mapping[str, Any], response: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The notification of S3 as an entry of PutEvents."""
        bucket, key = params["Bucket"], params["Key"]
        head = client("s3").head_object(Bucket=bucket, Key=key)
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
            "reason": operation,
        }
        return {
            "DetailType": "Object Created",
            "Source": "aws.s3",
            "Resources": [f"arn:aws:s3:::{bucket}"],
            "Detail": json.dumps(detail),
        }

    def _send(self, rule: EventRule, target: Target, envelope: dict[str, Any]) -> None:
        """Send an event to a function, or to the dead-letter queue of the rule if Lambda does not accept it."""
        function = self.wiring.functions.get(target.arn)
        if function is None:
            raise UnknownPropertyError(rule.name, f"Targets.Arn: {target.arn}")
        if any(
            permission.function == function.arn
            and permission.principal == _PRINCIPAL
            and permission.source_arn in ("*", rule.arn)
            for permission in self.wiring.permissions
        ):
            self.invocations.enqueue(function, envelope)
            return
        queue, name = target.dead_letters_arn, None
        policy = self.wiring.resource_policies.get(queue or "", ())
        if queue and admits_service(policy, _PRINCIPAL, "sqs:SendMessage", queue, rule.arn):
            attributes = {
                "RULE_ARN": rule.arn,
                "TARGET_ARN": target.arn,
                "ERROR_CODE": "NO_PERMISSIONS",
                "ERROR_MESSAGE": "Lambda does not permit this rule to invoke the function.",
            }
            name = send_dead_letter(self.wiring, queue, envelope, attributes)
        ended: dict[str, Any] = {"attempts": 0, "dead_letter_queue": name, "lost": not name}
        self.deliveries.append(Delivery("bus", envelope, function.logical_id, **ended))
