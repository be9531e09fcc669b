"""A table's stream that Lambda reads for a function: kept in the wiring."""

from typing import Any

from consentry_emulator.errors import UnknownPropertyError
from consentry_emulator.provisioners.role_checks import require_allowed
from consentry_emulator.resources import CreatedResource, EmulatedAccount, Resource
from consentry_emulator.stream_mapping import StreamMapping

_READING = ("GetRecords", "GetShardIterator", "DescribeStream", "ListStreams")


def map_stream(resource: Resource, account: EmulatedAccount) -> CreatedResource:
    """The mapping of a stream to a function, as its properties have it."""
    function = account.wiring.function_named(resource.get("FunctionName"))
    stream = resource.get("EventSourceArn")
    require_allowed(resource, function.role, [f"dynamodb:{each}" for each in _READING], stream)
    if resource.get("StartingPosition") != "TRIM_HORIZON":
        raise UnknownPropertyError(resource.logical_id, "StartingPosition")
    for of_queues in ("FunctionResponseTypes", "ScalingConfig"):
        if resource.get(of_queues, None):
            raise UnknownPropertyError(resource.logical_id, f"{of_queues} of a stream")
    filters: Any = resource.get("FilterCriteria", {}).get("Filters", [])
    account.wiring.stream_mappings.append(
        StreamMapping(
            stream_arn=stream,
            function_arn=function.arn,
            batch_size=int(resource.get("BatchSize", 100)),
            filters=tuple(each["Pattern"] for each in filters),
        )
    )
    return CreatedResource(resource.name)
