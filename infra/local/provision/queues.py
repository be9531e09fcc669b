"""SQS queues with their dead letters, and who may send to them."""

import json
from typing import Any

from infra.local.provision.provisioner import provisioner
from infra.local.provision.roles import statements
from infra.local.resources import Raised, Resource, World, arn


def _make(resource: Resource, world: World) -> Raised:
    attributes: dict[str, str] = {}
    for name, value in resource.properties.items():
        attributes[name] = str(value).lower() if isinstance(value, bool) else str(value)
    if redrive := resource.get("RedrivePolicy"):
        known = {"deadLetterTargetArn", "maxReceiveCount"}
        resource.only("RedrivePolicy", redrive, known)
        attributes["RedrivePolicy"] = json.dumps(redrive)
        world.wiring.dead_letter_queues.add(redrive["deadLetterTargetArn"])
    sqs = world.client("sqs")
    url: str = sqs.create_queue(QueueName=resource.name, Attributes=attributes)["QueueUrl"]
    queue = arn("sqs", resource.name)
    world.wiring.queues[queue] = url
    return Raised(url, {"Arn": queue, "QueueName": resource.name, "QueueUrl": url})


def _guard(resource: Resource, world: World) -> Raised:
    document: dict[str, Any] = resource.get("PolicyDocument")
    for url in resource.get("Queues"):
        world.client("sqs").set_queue_attributes(
            QueueUrl=url, Attributes={"Policy": json.dumps(document)}
        )
        queue = arn("sqs", url.rpartition("/")[2])
        world.wiring.resource_policies[queue] = statements(resource, document)
    return Raised(resource.name)


QUEUE = provisioner(
    _make, "MessageRetentionPeriod SqsManagedSseEnabled VisibilityTimeout RedrivePolicy"
)
POLICY = provisioner(_guard, "Queues PolicyDocument")
