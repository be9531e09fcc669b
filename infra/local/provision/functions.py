"""Lambda functions and what invokes them: kept in the wiring, for the handlers run in this process."""

from infra.local.errors import UnknownPropertyError
from infra.local.provision.attached import must_allow
from infra.local.provision.provisioner import provisioner
from infra.local.provision.streams import map_stream
from infra.local.resources import Raised, Resource, World, arn
from infra.local.wiring import Function, Permission, QueueMapping


def _make_function(resource: Resource, world: World) -> Raised:
    environment = resource.only("Environment", resource.get("Environment", {}), {"Variables"})
    letters = resource.only("DeadLetterConfig", resource.get("DeadLetterConfig", {}), {"TargetArn"})
    role = world.wiring.roles[resource.get("Role")]
    dead_letters = letters.get("TargetArn")
    if dead_letters:
        must_allow(resource, role, ["sqs:SendMessage"], dead_letters)
        world.wiring.dead_letter_queues.add(dead_letters)
    function = Function(
        logical_id=resource.logical_id,
        name=resource.name,
        arn=arn("lambda", f"function:{resource.name}"),
        handler=resource.get("Handler"),
        role=role,
        environment={name: str(value) for name, value in environment.get("Variables", {}).items()},
        memory_mb=int(resource.get("MemorySize", 128)),
        timeout_seconds=int(resource.get("Timeout", 3)),
        dead_letters_arn=dead_letters,
    )
    world.wiring.functions[function.arn] = function
    return Raised(function.name, {"Arn": function.arn})


def _map(resource: Resource, world: World) -> Raised:
    if resource.get("EventSourceArn") in world.wiring.streams:
        return map_stream(resource, world)
    return _map_queue(resource, world)


def _map_queue(resource: Resource, world: World) -> Raised:
    function = world.wiring.function_named(resource.get("FunctionName"))
    queue = resource.get("EventSourceArn")
    if queue not in world.wiring.queues:
        raise UnknownPropertyError(resource.logical_id, f"EventSourceArn: {queue}")
    needed = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
    must_allow(resource, function.role, needed, queue)
    reports = resource.get("FunctionResponseTypes", []) == ["ReportBatchItemFailures"]
    size = int(resource.get("BatchSize", 10))
    world.wiring.mappings.append(QueueMapping(queue, function.arn, size, reports))
    return Raised(resource.name)


def _permit(resource: Resource, world: World) -> Raised:
    if resource.get("Action") != "lambda:InvokeFunction":
        raise UnknownPropertyError(resource.logical_id, f"Action: {resource.get('Action')}")
    function = world.wiring.function_named(resource.get("FunctionName"))
    world.wiring.permissions.append(
        Permission(function.arn, resource.get("Principal"), resource.get("SourceArn", "*"))
    )
    return Raised(resource.name)


def _configure_invocations(resource: Resource, world: World) -> Raised:
    resource.only("DestinationConfig", resource.get("DestinationConfig", {}), ())
    if resource.get("Qualifier") != "$LATEST":
        raise UnknownPropertyError(resource.logical_id, f"Qualifier: {resource.get('Qualifier')}")
    retries = int(resource.get("MaximumRetryAttempts", 2))
    world.wiring.async_retries[resource.get("FunctionName")] = retries
    return Raised(resource.name)


def _make_layer(resource: Resource, _: World) -> Raised:
    # Its content is the checkout itself, and .build/ for what is compiled.
    return Raised(arn("lambda", f"layer:{resource.get('LayerName')}:1"))


FUNCTION = provisioner(
    _make_function,
    "Architectures Code DeadLetterConfig Environment EphemeralStorage Handler Layers "
    "LoggingConfig MemorySize Role Runtime Tags Timeout",
)
MAPPING = provisioner(
    _map,
    "BatchSize EventSourceArn FilterCriteria FunctionName FunctionResponseTypes ScalingConfig StartingPosition",
)
PERMISSION = provisioner(_permit, "Action FunctionName Principal SourceArn")
INVOKE_CONFIG = provisioner(
    _configure_invocations,
    "DestinationConfig FunctionName MaximumEventAgeInSeconds MaximumRetryAttempts Qualifier",
)
LAYER = provisioner(_make_layer, "CompatibleArchitectures CompatibleRuntimes Content LayerName")
