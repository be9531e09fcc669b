"""SQS queues with their dead-letter queues and policies."""

import json
from typing import Any

from consentry_emulator.provisioners.provisioner import provisioner
from consentry_emulator.provisioners.roles import statements
from consentry_emulator.resources import CreatedResource, EmulatedAccount, Resource, arn


def _make(resource: Resource, account: EmulatedAccount) -> CreatedResource:
    attributes: dict[str, str] = {}
    for name, value in resource.properties.items():
        attributes[name] = str(value).lower() if isinstance(value, bool) else str(value)
    if redrive := resource.get("RedrivePolicy"):
        known = {"deadLetterTargetArn", "maxReceiveCount"}
        resource.require_known("RedrivePolicy", redrive, known)
        attributes["RedrivePolicy"] = json.dumps(redrive)
        account.wiring.dead_letter_queues.add(redrive["deadLetterTargetArn"])
    sqs = account.client("sqs")
    url: str = sqs.create_queue(QueueName=resource.name, Attributes=attributes)["QueueUrl"]
    queue = arn("sqs", resource.name)
    account.wiring.queues[queue] = url
    return CreatedResource(url, {"Arn": queue, "QueueName": resource.name, "QueueUrl": url})


def _guard(resource: Resource, account: EmulatedAccount) -> CreatedResource:
    document: dict[str, Any] = resource.get("PolicyDocument")
    for url in resource.get("Queues"):
        account.client("sqs").set_queue_attributes(
            QueueUrl=url, Attributes={"Policy": json.dumps(document)}
        )
        queue = arn("sqs", url.rpartition("/")[2])
        account.wiring.resource_policies[queue] = statements(resource, document)
    return CreatedResource(resource.name)


QUEUE = provisioner(
    _make, "MessageRetentionPeriod SqsManagedSseEnabled VisibilityTimeout RedrivePolicy"
)
POLICY = provisioner(_guard, "Queues PolicyDocument")
