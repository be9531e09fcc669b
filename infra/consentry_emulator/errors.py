"""What local mode refuses, in one tree; each error names the resource, and what about it is not understood.

EmulatorError
├── UnknownTypeError          a resource type that local mode cannot raise
├── UnknownPropertyError      a property, or a value of it, that it would have to drop in silence
├── UnknownIntrinsicError     an intrinsic function that it cannot compute
├── UnresolvedError           a reference to what does not exist, or in a circle
├── TransformError            the SAM transform turned the template down
├── RejectedByAwsError         what AWS itself would refuse at deployment
├── NotBuiltError             a layer's local build is missing
├── UnsupportedCallError        a handler made an API call whose permissions local mode cannot check
├── EndlessRedeliveryError    a queue without dead letters gives back a failing message for ever
└── UndeliverableFileError    an event file that fits no door of the template
"""


class EmulatorError(Exception):
    """The root."""


class UnknownTypeError(EmulatorError):
    """A resource type that local mode cannot raise."""

    def __init__(self, resource: str, kind: str) -> None:
        self.resource, self.kind = resource, kind
        super().__init__(f"{resource}: local mode does not know resources of type {kind}")


class UnknownPropertyError(EmulatorError):
    """A property, or a value of it, that local mode would have to drop in silence."""

    def __init__(self, resource: str, name: str) -> None:
        self.resource, self.property = resource, name
        super().__init__(f"{resource}: local mode does not understand the property {name}")


class UnknownIntrinsicError(EmulatorError):
    """An intrinsic function that local mode cannot compute."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"local mode cannot compute {name}")


class UnresolvedError(EmulatorError):
    """A reference to what does not exist, or that leads back to itself."""

    def __init__(self, reference: str, why: str) -> None:
        self.reference = reference
        super().__init__(f"{reference}: {why}")


class TransformError(EmulatorError):
    """The SAM transform turned the template down."""


class RejectedByAwsError(EmulatorError):
    """What AWS itself would refuse when the stack is deployed."""

    def __init__(self, resource: str, why: str) -> None:
        self.resource = resource
        super().__init__(f"{resource}: {why}")


class NotBuiltError(EmulatorError):
    """A layer's local build is missing; the message says how to make it."""


class UnsupportedCallError(EmulatorError):
    """A handler made an API call whose permissions local mode cannot check, so it is not let through."""

    def __init__(self, service: str, operation: str) -> None:
        self.service, self.operation = service, operation
        super().__init__(f"permissions of {service}:{operation} are not known to local mode")


class EndlessRedeliveryError(EmulatorError):
    """A queue without dead letters gives back a failing message until its retention ends."""

    def __init__(self, queue: str) -> None:
        self.queue = queue
        super().__init__(
            f"{queue}: a message fails again and again, and no dead-letter queue takes it"
        )


class UndeliverableFileError(EmulatorError):
    """An event file that fits no door of the template."""
