"""Event source mappings: the queues and streams that Lambda polls for functions. They are stored in the wiring."""

from typing import Any

from consentry_emulator.errors import UnknownPropertyError
from consentry_emulator.provisioners.provisioner import provisioner
from consentry_emulator.provisioners.roles import require_allowed
from consentry_emulator.resources import CreatedResource, EmulatedAccount, Resource
from consentry_emulator.stack_wiring import QueueMapping, StreamMapping

_QUEUE_ACTIONS = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
_STREAM_ACTIONS = (
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:DescribeStream",
    "dynamodb:ListStreams",
)


def _make(resource: Resource, account: EmulatedAccount) -> CreatedResource:
    source = resource.get("EventSourceArn")
    if source in account.wiring.streams:
        account.wiring.stream_mappings.append(_stream_mapping(resource, account))
    elif source in account.wiring.queues:
        account.wiring.queue_mappings.append(_queue_mapping(resource, account))
    else:
        raise UnknownPropertyError(resource.logical_id, f"EventSourceArn: {source}")
    return CreatedResource(resource.name)


def _queue_mapping(resource: Resource, account: EmulatedAccount) -> QueueMapping:
    function = account.wiring.find_function(resource.get("FunctionName"))
    queue = resource.get("EventSourceArn")
    require_allowed(resource, function.role, _QUEUE_ACTIONS, queue)
    return QueueMapping(
        queue_arn=queue,
        function_arn=function.arn,
        batch_size=int(resource.get("BatchSize", 10)),
        reports_item_failures=resource.get("FunctionResponseTypes") == ["ReportBatchItemFailures"],
    )


def _stream_mapping(resource: Resource, account: EmulatedAccount) -> StreamMapping:
    function = account.wiring.find_function(resource.get("FunctionName"))
    stream = resource.get("EventSourceArn")
    require_allowed(resource, function.role, _STREAM_ACTIONS, stream)
    if resource.get("StartingPosition") != "TRIM_HORIZON":
        raise UnknownPropertyError(resource.logical_id, "StartingPosition")
    for name in ("FunctionResponseTypes", "ScalingConfig"):
        if resource.get(name):
            raise UnknownPropertyError(resource.logical_id, f"{name} of a stream")
    filters: Any = resource.get("FilterCriteria", {}).get("Filters", [])
    return StreamMapping(
        stream_arn=stream,
        function_arn=function.arn,
        batch_size=int(resource.get("BatchSize", 100)),
        filters=tuple(each["Pattern"] for each in filters),
    )


MAPPING = provisioner(
    _make,
    "BatchSize EventSourceArn FilterCriteria FunctionName FunctionResponseTypes ScalingConfig StartingPosition",
)
