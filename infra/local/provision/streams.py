"""A table's stream that Lambda reads for a function: kept in the wiring."""

from typing import Any

from infra.local.errors import UnknownPropertyError
from infra.local.mappings import StreamMapping
from infra.local.provision.attached import must_allow
from infra.local.resources import Raised, Resource, World

_READING = ("GetRecords", "GetShardIterator", "DescribeStream", "ListStreams")


def map_stream(resource: Resource, world: World) -> Raised:
    """The mapping of a stream to a function, as its properties have it."""
    function = world.wiring.function_named(resource.get("FunctionName"))
    stream = resource.get("EventSourceArn")
    must_allow(resource, function.role, [f"dynamodb:{each}" for each in _READING], stream)
    if resource.get("StartingPosition") != "TRIM_HORIZON":
        raise UnknownPropertyError(resource.logical_id, "StartingPosition")
    for of_queues in ("FunctionResponseTypes", "ScalingConfig"):
        if resource.get(of_queues, None):
            raise UnknownPropertyError(resource.logical_id, f"{of_queues} of a stream")
    filters: Any = resource.get("FilterCriteria", {}).get("Filters", [])
    world.wiring.stream_mappings.append(
        StreamMapping(
            stream_arn=stream,
            function_arn=function.arn,
            batch_size=int(resource.get("BatchSize", 100)),
            filters=tuple(each["Pattern"] for each in filters),
        )
    )
    return Raised(resource.name)
