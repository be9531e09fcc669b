"""What the emulator does not support, in one tree. Each error names the resource and the unsupported part."""


class EmulatorError(Exception):
    """The root of the tree."""


class UnknownTypeError(EmulatorError):
    """A resource type without a provisioner."""


class UnknownPropertyError(EmulatorError):
    """A property, or a value of it, that the emulator would have to ignore."""

    def __init__(self, resource: str, name: str) -> None:
        super().__init__(f"{resource}: the emulator does not support the property {name}")


class UnknownIntrinsicError(EmulatorError):
    """An intrinsic function that is not implemented."""


class UnresolvedError(EmulatorError):
    """A reference to something that does not exist, or to itself."""

    def __init__(self, reference: str, why: str) -> None:
        super().__init__(f"{reference}: {why}")


class TransformError(EmulatorError):
    """The SAM transform rejected the template."""


class RejectedByAwsError(EmulatorError):
    """AWS would reject the deployment."""


class NotBuiltError(EmulatorError):
    """The local build of a layer is missing."""

    def __init__(self, path: object) -> None:
        super().__init__(f"{path} is not built")


class UnsupportedCallError(EmulatorError):
    """An API call with unknown permissions. The emulator rejects it, since it cannot check it."""


class EndlessRedeliveryError(EmulatorError):
    """A message that always fails, without a dead-letter queue: AWS would redeliver it until its retention ends."""

    def __init__(self, source: str) -> None:
        super().__init__(
            f"{source}: a message fails at each delivery, and no dead-letter queue takes it"
        )


class UndeliverableFileError(EmulatorError):
    """An event file that fits no trigger of the template."""
