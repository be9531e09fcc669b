"""Lambda functions, what may invoke them, and state machines. They are stored in the wiring, not in moto."""

import json

from consentry_emulator.errors import UnknownPropertyError
from consentry_emulator.provisioners.roles import require_allowed
from consentry_emulator.resources import CreatedResource, Resource, arn, provisions
from consentry_emulator.stack_wiring import (
    Function,
    Machine,
    Permission,
    QueueMapping,
    StreamMapping,
    Wiring,
)

_QUEUE_ACTIONS = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
_STREAM_ACTIONS = (
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:DescribeStream",
    "dynamodb:ListStreams",
)


@provisions(
    "AWS::Lambda::Function",
    "Architectures Code DeadLetterConfig Environment EphemeralStorage Handler Layers "
    "LoggingConfig MemorySize Role Runtime Tags Timeout",
)
def _create_function(resource: Resource, wiring: Wiring) -> CreatedResource:
    variables = resource.get_known("Environment", "Variables").get("Variables", {})
    dead_letters = resource.get_known("DeadLetterConfig", "TargetArn").get("TargetArn")
    role = wiring.roles[resource.get("Role")]
    if dead_letters:
        require_allowed(resource, role, ["sqs:SendMessage"], dead_letters)
        wiring.dead_letter_queues.add(dead_letters)
    function = Function(
        logical_id=resource.logical_id,
        name=resource.name,
        arn=arn("lambda", f"function:{resource.name}"),
        handler=resource.get("Handler"),
        role=role,
        environment={name: str(value) for name, value in variables.items()},
        memory_mb=int(resource.get("MemorySize", 128)),
        timeout_seconds=int(resource.get("Timeout", 3)),
        dead_letters_arn=dead_letters,
    )
    wiring.functions[function.arn] = function
    return CreatedResource(function.name, {"Arn": function.arn})


@provisions(
    "AWS::Lambda::LayerVersion", "CompatibleArchitectures CompatibleRuntimes Content LayerName"
)
def _create_layer(resource: Resource, _: Wiring) -> CreatedResource:
    # Code is imported from the checkout; `Emulator.start(opt=...)` has the other files.
    return CreatedResource(arn("lambda", f"layer:{resource.get('LayerName')}:1"))


@provisions("AWS::Lambda::Permission", "Action FunctionName Principal SourceArn")
def _permit(resource: Resource, wiring: Wiring) -> CreatedResource:
    resource.require_value("Action", "lambda:InvokeFunction")
    function = wiring.find_function(resource.get("FunctionName"))
    wiring.permissions.append(
        Permission(function.arn, resource.get("Principal"), resource.get("SourceArn", "*"))
    )
    return CreatedResource(resource.name)


@provisions(
    "AWS::Lambda::EventInvokeConfig",
    "DestinationConfig FunctionName MaximumEventAgeInSeconds MaximumRetryAttempts Qualifier",
)
def _configure_invocations(resource: Resource, wiring: Wiring) -> CreatedResource:
    resource.get_known("DestinationConfig")
    resource.require_value("Qualifier", "$LATEST")
    retries = int(resource.get("MaximumRetryAttempts", 2))
    wiring.async_retries[resource.get("FunctionName")] = retries
    return CreatedResource(resource.name)


@provisions(
    "AWS::Lambda::EventSourceMapping",
    "BatchSize EventSourceArn FilterCriteria FunctionName FunctionResponseTypes ScalingConfig StartingPosition",
)
def _map_event_source(resource: Resource, wiring: Wiring) -> CreatedResource:
    function = wiring.find_function(resource.get("FunctionName"))
    source, responses = resource.get("EventSourceArn"), resource.get("FunctionResponseTypes")
    if source in wiring.queues:
        require_allowed(resource, function.role, _QUEUE_ACTIONS, source)
        size, reports = int(resource.get("BatchSize", 10)), responses == ["ReportBatchItemFailures"]
        wiring.queue_mappings.append(QueueMapping(source, function.arn, size, reports))
    elif source in wiring.streams:
        require_allowed(resource, function.role, _STREAM_ACTIONS, source)
        resource.require_value("StartingPosition", "TRIM_HORIZON")
        for name in ("FunctionResponseTypes", "ScalingConfig"):
            if resource.get(name):
                raise UnknownPropertyError(resource.logical_id, f"{name} of a stream")
        filters = resource.get("FilterCriteria", {}).get("Filters", [])
        size, patterns = int(resource.get("BatchSize", 100)), (each["Pattern"] for each in filters)
        mapping = StreamMapping(source, function.arn, size, tuple(patterns))
        wiring.stream_mappings.append(mapping)
    else:
        raise UnknownPropertyError(resource.logical_id, f"EventSourceArn: {source}")
    return CreatedResource(resource.name)


# A machine is created in moto on its first execution.
@provisions(
    "AWS::StepFunctions::StateMachine", "DefinitionString DefinitionSubstitutions RoleArn Tags"
)
def _create_machine(resource: Resource, wiring: Wiring) -> CreatedResource:
    definition = resource.get("DefinitionString")
    for name, value in resource.get("DefinitionSubstitutions", {}).items():
        definition = definition.replace(f"${{{name}}}", str(value))
    ref = arn("states", f"stateMachine:{resource.name}")
    role = wiring.roles[resource.get("RoleArn")]
    wiring.machines.append(Machine(resource.logical_id, ref, json.loads(definition), role))
    return CreatedResource(ref, {"Arn": ref, "Name": resource.name})
