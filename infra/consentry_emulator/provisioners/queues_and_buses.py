"""SQS queues with their dead-letter queues, EventBridge's buses and rules, and the policies of both."""

import json
from typing import Any

from consentry_emulator.provisioners.roles import statements
from consentry_emulator.resources import CreatedResource, Resource, arn, client, provisions
from consentry_emulator.stack_wiring import EventRule, Target, Wiring


@provisions(
    "AWS::SQS::Queue",
    "MessageRetentionPeriod SqsManagedSseEnabled VisibilityTimeout RedrivePolicy",
)
def _create_queue(resource: Resource, wiring: Wiring) -> CreatedResource:
    attributes: dict[str, str] = {}
    for name, value in resource.properties.items():
        attributes[name] = str(value).lower() if isinstance(value, bool) else str(value)
    if redrive := resource.get_known("RedrivePolicy", "deadLetterTargetArn", "maxReceiveCount"):
        attributes["RedrivePolicy"] = json.dumps(redrive)
        wiring.dead_letter_queues.add(redrive["deadLetterTargetArn"])
    url: str = client("sqs").create_queue(QueueName=resource.name, Attributes=attributes)[
        "QueueUrl"
    ]
    queue = arn("sqs", resource.name)
    wiring.queues[queue] = url
    return CreatedResource(url, {"Arn": queue, "QueueName": resource.name, "QueueUrl": url})


@provisions("AWS::SQS::QueuePolicy", "Queues PolicyDocument")
def _guard_queues(resource: Resource, wiring: Wiring) -> CreatedResource:
    document = resource.get("PolicyDocument")
    for url in resource.get("Queues"):
        policy = {"Policy": json.dumps(document)}
        client("sqs").set_queue_attributes(QueueUrl=url, Attributes=policy)
        queue = arn("sqs", url.rpartition("/")[2])
        wiring.resource_policies[queue] = statements(resource, document)
    return CreatedResource(resource.name)


@provisions("AWS::Events::EventBus", "Name")
def _create_bus(resource: Resource, wiring: Wiring) -> CreatedResource:
    name = resource.get("Name")
    client("events").create_event_bus(Name=name)
    wiring.buses[resource.logical_id] = name
    return CreatedResource(name, {"Arn": arn("events", f"event-bus/{name}"), "Name": name})


@provisions("AWS::Events::EventBusPolicy", "EventBusName StatementId Statement")
def _guard_bus(resource: Resource, wiring: Wiring) -> CreatedResource:
    bus = resource.get("EventBusName")
    statement = {"Sid": resource.get("StatementId"), **resource.get("Statement")}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    client("events").put_permission(EventBusName=bus, Policy=json.dumps(document))
    guarded = arn("events", f"event-bus/{bus}")
    wiring.resource_policies[guarded] = statements(resource, document)
    return CreatedResource(resource.name)


_SCHEDULED = {"source": ["aws.events"], "detail-type": ["Scheduled Event"]}


@provisions("AWS::Events::Rule", "EventBusName EventPattern ScheduleExpression Description Targets")
def _create_rule(resource: Resource, wiring: Wiring) -> CreatedResource:
    name, bus = resource.name, resource.get("EventBusName", "default")
    # A schedule has no pattern. The emulator has no timer: send the event that EventBridge would send.
    is_schedule = "ScheduleExpression" in resource.properties
    pattern = json.dumps(_SCHEDULED if is_schedule else resource.get("EventPattern"))
    # Without its targets, since moto raises for Lambda functions. The emulator delivers.
    rule = client("events").put_rule(Name=name, EventBusName=bus, EventPattern=pattern)["RuleArn"]
    targets = tuple(_target(resource, target, wiring) for target in resource.get("Targets", []))
    wiring.rules.append(EventRule(name, rule, bus, pattern, targets))
    return CreatedResource(name, {"Arn": rule})


def _target(resource: Resource, target: dict[str, Any], wiring: Wiring) -> Target:
    # RetryPolicy has no effect here: Lambda accepts each event at once, or EventBridge may not invoke it at all.
    resource.require_known("Targets", target, {"Arn", "Id", "DeadLetterConfig", "RetryPolicy"})
    config = target.get("DeadLetterConfig", {})
    dead_letters = resource.require_known("DeadLetterConfig", config, {"Arn"}).get("Arn")
    if dead_letters:
        wiring.dead_letter_queues.add(dead_letters)
    return Target(target["Arn"], dead_letters)
