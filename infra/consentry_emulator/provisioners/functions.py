"""Lambda functions, their layers, and who may invoke them. They are stored in the wiring, not in moto."""

from consentry_emulator.errors import UnknownPropertyError
from consentry_emulator.provisioners.provisioner import provisioner
from consentry_emulator.provisioners.roles import require_allowed
from consentry_emulator.resources import CreatedResource, EmulatedAccount, Resource, arn
from consentry_emulator.stack_wiring import Function, Permission


def _make_function(resource: Resource, account: EmulatedAccount) -> CreatedResource:
    environment = resource.require_known(
        "Environment", resource.get("Environment", {}), {"Variables"}
    )
    dead_letter_config = resource.require_known(
        "DeadLetterConfig", resource.get("DeadLetterConfig", {}), {"TargetArn"}
    )
    role = account.wiring.roles[resource.get("Role")]
    dead_letters = dead_letter_config.get("TargetArn")
    if dead_letters:
        require_allowed(resource, role, ["sqs:SendMessage"], dead_letters)
        account.wiring.dead_letter_queues.add(dead_letters)
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
    account.wiring.functions[function.arn] = function
    return CreatedResource(function.name, {"Arn": function.arn})


def _permit(resource: Resource, account: EmulatedAccount) -> CreatedResource:
    if resource.get("Action") != "lambda:InvokeFunction":
        raise UnknownPropertyError(resource.logical_id, f"Action: {resource.get('Action')}")
    function = account.wiring.find_function(resource.get("FunctionName"))
    account.wiring.permissions.append(
        Permission(function.arn, resource.get("Principal"), resource.get("SourceArn", "*"))
    )
    return CreatedResource(resource.name)


def _configure_invocations(resource: Resource, account: EmulatedAccount) -> CreatedResource:
    resource.require_known("DestinationConfig", resource.get("DestinationConfig", {}), ())
    if resource.get("Qualifier") != "$LATEST":
        raise UnknownPropertyError(resource.logical_id, f"Qualifier: {resource.get('Qualifier')}")
    retries = int(resource.get("MaximumRetryAttempts", 2))
    account.wiring.async_retries[resource.get("FunctionName")] = retries
    return CreatedResource(resource.name)


def _make_layer(resource: Resource, _: EmulatedAccount) -> CreatedResource:
    # Code is imported from the checkout; `Emulator.start(opt=...)` has the other files.
    return CreatedResource(arn("lambda", f"layer:{resource.get('LayerName')}:1"))


FUNCTION = provisioner(
    _make_function,
    "Architectures Code DeadLetterConfig Environment EphemeralStorage Handler Layers "
    "LoggingConfig MemorySize Role Runtime Tags Timeout",
)
PERMISSION = provisioner(_permit, "Action FunctionName Principal SourceArn")
INVOKE_CONFIG = provisioner(
    _configure_invocations,
    "DestinationConfig FunctionName MaximumEventAgeInSeconds MaximumRetryAttempts Qualifier",
)
LAYER = provisioner(_make_layer, "CompatibleArchitectures CompatibleRuntimes Content LayerName")
