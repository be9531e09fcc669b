"""EventBridge: matches events with rules, and delivers them to the targets."""

import json
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

from moto.events.models import EventPattern

from consentry_emulator.delivery.async_invocations import AsyncInvocations
from consentry_emulator.errors import UnknownPropertyError
from consentry_emulator.event_log import Delivery
from consentry_emulator.policy_evaluation import admits_service
from consentry_emulator.resources import ACCOUNT_ID, EmulatedAccount
from consentry_emulator.sam_transform import REGION
from consentry_emulator.stack_wiring import EventRule, Target

_PRINCIPAL = "events.amazonaws.com"


class Rules:
    """Delivers events to the targets of the matching rules (moto's matcher decides)."""

    def __init__(
        self, account: EmulatedAccount, invocations: AsyncInvocations, deliveries: list[Delivery]
    ) -> None:
        self._account = account
        self._invocations = invocations
        self._deliveries = deliveries
        self._waiting: list[tuple[str, dict[str, Any]]] = []

    def on_call(
        self, operation: str, params: Mapping[str, Any], response: Mapping[str, Any]
    ) -> None:
        """Accept the events of a PutEvents call, in the form that EventBridge delivers."""
        if operation != "PutEvents":
            return
        for entry, result in zip(params["Entries"], response["Entries"], strict=True):
            if "EventId" in result:
                bus = entry.get("EventBusName", "default").rpartition("/")[2]
                self.enqueue(bus, _envelope(entry, result["EventId"]))

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
                self._deliveries.append(Delivery("bus", envelope, None))
        return bool(waiting)

    def matching(self, bus: str, envelope: Mapping[str, Any]) -> list[EventRule]:
        """The rules of a bus that match."""
        return [
            rule
            for rule in self._account.wiring.rules
            if rule.bus == bus
            and EventPattern.load(rule.pattern).matches_event(cast(Any, envelope))
        ]

    def _send(self, rule: EventRule, target: Target, envelope: dict[str, Any]) -> None:
        function = self._account.wiring.functions.get(target.arn)
        if function is None:
            raise UnknownPropertyError(rule.name, f"Targets.Arn: {target.arn}")
        permitted = any(
            permission.function == function.arn
            and permission.principal == _PRINCIPAL
            and permission.source_arn in ("*", rule.arn)
            for permission in self._account.wiring.permissions
        )
        if permitted:
            self._invocations.enqueue(function, envelope)
            return
        dead_letter_queue = self._send_to_dead_letters(rule, target, envelope)
        self._deliveries.append(
            Delivery(
                "bus",
                envelope,
                function.logical_id,
                dead_letter_queue=dead_letter_queue,
                lost=not dead_letter_queue,
            )
        )

    def _send_to_dead_letters(
        self, rule: EventRule, target: Target, envelope: Mapping[str, Any]
    ) -> str | None:
        """Send an event that Lambda does not accept to the dead-letter queue of the rule."""
        queue = target.dead_letters_arn
        resource_policy = self._account.wiring.resource_policies.get(queue or "", ())
        may_send = queue and admits_service(
            resource_policy, _PRINCIPAL, "sqs:SendMessage", queue, rule.arn
        )
        if not queue or not may_send:
            return None
        attributes = {
            "RULE_ARN": rule.arn,
            "TARGET_ARN": target.arn,
            "ERROR_CODE": "NO_PERMISSIONS",
            "ERROR_MESSAGE": "Lambda does not permit this rule to invoke the function.",
        }
        self._account.client("sqs").send_message(
            QueueUrl=self._account.wiring.queues[queue],
            MessageBody=json.dumps(envelope),
            MessageAttributes={
                name: {"DataType": "String", "StringValue": value}
                for name, value in attributes.items()
            },
        )
        return queue.rpartition(":")[2]


def _envelope(entry: Mapping[str, Any], event_id: str) -> dict[str, Any]:
    return {
        "version": "0",
        "id": event_id,
        "detail-type": entry["DetailType"],
        "source": entry["Source"],
        "account": ACCOUNT_ID,
        "time": format_time(entry.get("Time", datetime.now(UTC))),
        "region": REGION,
        "resources": list(entry.get("Resources", [])),
        "detail": json.loads(entry["Detail"]),
    }


def format_time(moment: datetime) -> str:
    """RFC 3339 in UTC, to the second, as EventBridge writes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def new_id() -> str:
    """An event id."""
    return str(uuid.uuid4())
