"""EventBridge: buses, who may put on them, and rules with their targets."""

import json
from typing import Any

from infra.local.provision.provisioner import provisioner
from infra.local.provision.roles import statements
from infra.local.resources import Raised, Resource, World, arn
from infra.local.wiring import Rule, Target


def _make_bus(resource: Resource, world: World) -> Raised:
    name = resource.get("Name")
    world.client("events").create_event_bus(Name=name)
    world.wiring.buses[resource.logical_id] = name
    return Raised(name, {"Arn": arn("events", f"event-bus/{name}"), "Name": name})


def _guard_bus(resource: Resource, world: World) -> Raised:
    bus = resource.get("EventBusName")
    statement = {"Sid": resource.get("StatementId"), **resource.get("Statement")}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    world.client("events").put_permission(EventBusName=bus, Policy=json.dumps(document))
    guarded = arn("events", f"event-bus/{bus}")
    world.wiring.resource_policies[guarded] = statements(resource, document)
    return Raised(resource.name)


def _make_rule(resource: Resource, world: World) -> Raised:
    bus = resource.get("EventBusName", "default")
    pattern = json.dumps(resource.get("EventPattern"))
    # The rule stands in moto without its targets: moto raises at a Lambda function, the pump delivers.
    ref = world.client("events").put_rule(
        Name=resource.name, EventBusName=bus, EventPattern=pattern
    )["RuleArn"]
    targets = tuple(_target(resource, target, world) for target in resource.get("Targets", []))
    world.wiring.rules.append(Rule(resource.name, ref, bus, pattern, targets))
    return Raised(resource.name, {"Arn": ref})


def _target(resource: Resource, target: dict[str, Any], world: World) -> Target:
    resource.only("Targets", target, {"Arn", "Id", "DeadLetterConfig", "RetryPolicy"})
    dead_letters = resource.only(
        "DeadLetterConfig", target.get("DeadLetterConfig", {}), {"Arn"}
    ).get("Arn")
    if dead_letters:
        world.wiring.dead_letter_queues.add(dead_letters)
    known = {"MaximumRetryAttempts", "MaximumEventAgeInSeconds"}
    retries = resource.only("RetryPolicy", target.get("RetryPolicy", {}), known)
    # EventBridge's own default, over 24 hours.
    attempts = int(retries.get("MaximumRetryAttempts", 185))
    return Target(target["Id"], target["Arn"], dead_letters, attempts)


BUS = provisioner(_make_bus, "Name")
POLICY = provisioner(_guard_bus, "EventBusName StatementId Statement")
RULE = provisioner(_make_rule, "EventBusName EventPattern Targets")
