"""EventBridge: buses with their policies, and rules with their targets."""

import json
from typing import Any

from consentry_emulator.provisioners.provisioner import provisioner
from consentry_emulator.provisioners.roles import statements
from consentry_emulator.resources import CreatedResource, EmulatedAccount, Resource, arn
from consentry_emulator.stack_wiring import EventRule, Target


def _make_bus(resource: Resource, account: EmulatedAccount) -> CreatedResource:
    name = resource.get("Name")
    account.client("events").create_event_bus(Name=name)
    account.wiring.buses[resource.logical_id] = name
    return CreatedResource(name, {"Arn": arn("events", f"event-bus/{name}"), "Name": name})


def _guard_bus(resource: Resource, account: EmulatedAccount) -> CreatedResource:
    bus = resource.get("EventBusName")
    statement = {"Sid": resource.get("StatementId"), **resource.get("Statement")}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    account.client("events").put_permission(EventBusName=bus, Policy=json.dumps(document))
    guarded = arn("events", f"event-bus/{bus}")
    account.wiring.resource_policies[guarded] = statements(resource, document)
    return CreatedResource(resource.name)


def _make_rule(resource: Resource, account: EmulatedAccount) -> CreatedResource:
    bus = resource.get("EventBusName", "default")
    pattern = json.dumps(resource.get("EventPattern"))
    # Without its targets, since moto raises for Lambda functions. The dispatcher delivers.
    ref = account.client("events").put_rule(
        Name=resource.name, EventBusName=bus, EventPattern=pattern
    )["RuleArn"]
    targets = tuple(_target(resource, target, account) for target in resource.get("Targets", []))
    account.wiring.rules.append(EventRule(resource.name, ref, bus, pattern, targets))
    return CreatedResource(resource.name, {"Arn": ref})


def _target(resource: Resource, target: dict[str, Any], account: EmulatedAccount) -> Target:
    # RetryPolicy has no effect here: Lambda accepts each event at once, or EventBridge may not invoke it at all.
    resource.require_known("Targets", target, {"Arn", "Id", "DeadLetterConfig", "RetryPolicy"})
    dead_letters = resource.require_known(
        "DeadLetterConfig", target.get("DeadLetterConfig", {}), {"Arn"}
    ).get("Arn")
    if dead_letters:
        account.wiring.dead_letter_queues.add(dead_letters)
    return Target(target["Arn"], dead_letters)


BUS = provisioner(_make_bus, "Name")
POLICY = provisioner(_guard_bus, "EventBusName StatementId Statement")
RULE = provisioner(_make_rule, "EventBusName EventPattern Targets")
