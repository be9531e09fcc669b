"""What the emulator does not support, in one tree. Each error names the resource and the unsupported part.

EmulatorError
├── UnknownTypeError          a resource type without a provisioner
├── UnknownPropertyError      a property, or a value of it, that would have no effect
├── UnknownIntrinsicError     an intrinsic function that is not implemented
├── UnresolvedError           a reference to something missing, or to itself
├── TransformError            the SAM transform rejected the template
├── RejectedByAwsError        AWS would reject the deployment
├── NotBuiltError             the local build of a layer is missing
├── UnsupportedCallError      an API call with unknown permissions
├── EndlessRedeliveryError    a message that always fails, without a dead-letter queue
└── UndeliverableFileError    an event file that fits no trigger of the template
"""


class EmulatorError(Exception):
    """The root."""


class UnknownTypeError(EmulatorError):
    """A resource type without a provisioner."""

    def __init__(self, resource: str, kind: str) -> None:
        self.resource, self.kind = resource, kind
        super().__init__(f"{resource}: the emulator does not support resources of type {kind}")


class UnknownPropertyError(EmulatorError):
    """A property, or a value of it, that the emulator would have to ignore."""

    def __init__(self, resource: str, name: str) -> None:
        self.resource, self.property = resource, name
        super().__init__(f"{resource}: the emulator does not support the property {name}")


class UnknownIntrinsicError(EmulatorError):
    """An intrinsic function that is not implemented."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"the emulator does not support {name}")


class UnresolvedError(EmulatorError):
    """A reference to something missing, or to itself."""

    def __init__(self, reference: str, why: str) -> None:
        self.reference = reference
        super().__init__(f"{reference}: {why}")


class TransformError(EmulatorError):
    """The SAM transform rejected the template."""


class RejectedByAwsError(EmulatorError):
    """AWS would reject the deployment."""

    def __init__(self, resource: str, why: str) -> None:
        self.resource = resource
        super().__init__(f"{resource}: {why}")


class NotBuiltError(EmulatorError):
    """The local build of a layer is missing."""

    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(f"{path} is not built")


class UnsupportedCallError(EmulatorError):
    """An API call with unknown permissions. The emulator rejects it, since it cannot check it."""

    def __init__(self, service: str, operation: str) -> None:
        self.service, self.operation = service, operation
        super().__init__(f"the emulator does not know the permissions of {service}:{operation}")


class EndlessRedeliveryError(EmulatorError):
    """A message that always fails, without a dead-letter queue: AWS would redeliver it until its retention ends."""

    def __init__(self, source: str) -> None:
        self.source = source
        super().__init__(
            f"{source}: a message fails at each delivery, and no dead-letter queue takes it"
        )


class UndeliverableFileError(EmulatorError):
    """An event file that fits no trigger of the template."""
