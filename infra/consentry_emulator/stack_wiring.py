"""The wiring of the template, as data: which event reaches which function, and what happens on failure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Statement = Mapping[str, Any]
"""One statement of a policy document, with its intrinsics resolved."""


@dataclass(frozen=True, slots=True)
class FunctionRole:
    """A role: what it may do is in the statements of all its policies."""

    arn: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Function:
    """One Lambda function; `environment` holds only what the template sets."""

    logical_id: str
    name: str
    arn: str
    handler: str
    role: FunctionRole
    environment: Mapping[str, str]
    memory_mb: int
    timeout_seconds: int
    dead_letters_arn: str | None


@dataclass(frozen=True, slots=True)
class Route:
    """One route of the HTTP API; `path` is a template such as /things/{thing}.

    `scopes`: a token needs at least one of them, if there are any.
    """

    api: str
    method: str
    path: str
    function_arn: str
    authorizer: str | None
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Authorizer:
    """The issuer and audience of the tokens that an API accepts."""

    issuer: str
    audience: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """Where a rule sends matching events, and the queue for those that cannot be delivered."""

    arn: str
    dead_letters_arn: str | None


@dataclass(frozen=True, slots=True)
class EventRule:
    """A pattern on a bus, and its targets; the pattern is EventBridge's JSON."""

    name: str
    arn: str
    bus: str
    pattern: str
    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class QueueMapping:
    """A queue that Lambda polls for a function."""

    queue_arn: str
    function_arn: str
    batch_size: int
    reports_item_failures: bool


@dataclass(frozen=True, slots=True)
class StreamMapping:
    """A table's stream that Lambda reads for a function; `filters` are EventBridge patterns of records.

    A failed batch is repeated as a whole. The emulator supports no other way to handle failures.
    """

    stream_arn: str
    function_arn: str
    batch_size: int
    filters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Permission:
    """A service principal that may invoke a function for a source."""

    function: str
    principal: str
    source_arn: str


@dataclass(frozen=True, slots=True)
class Machine:
    """A state machine; its Lambda tasks invoke the functions of the template."""

    logical_id: str
    arn: str
    definition: Mapping[str, Any]
    role: FunctionRole


@dataclass(slots=True)
class Wiring:
    """Everything that connects the resources of the created stack."""

    functions: dict[str, Function] = field(default_factory=dict)
    """By ARN."""
    routes: list[Route] = field(default_factory=list)
    authorizers: dict[tuple[str, str], Authorizer] = field(default_factory=dict)
    """By API and name."""
    rules: list[EventRule] = field(default_factory=list)
    buses: dict[str, str] = field(default_factory=lambda: {"default": "default"})
    """Name of a bus by its logical id."""
    buckets: dict[str, str] = field(default_factory=dict)
    """Name of a bucket by its logical id."""
    notifying_buckets: set[str] = field(default_factory=set)
    """Names of the buckets that notify EventBridge (moto stores the setting and does not return it)."""
    queues: dict[str, str] = field(default_factory=dict)
    """URL of a queue by its ARN."""
    dead_letter_queues: set[str] = field(default_factory=set)
    """ARNs of queues that another resource uses as its dead-letter queue."""
    queue_mappings: list[QueueMapping] = field(default_factory=list)
    streams: set[str] = field(default_factory=set)
    """ARNs."""
    stream_mappings: list[StreamMapping] = field(default_factory=list)
    permissions: list[Permission] = field(default_factory=list)
    machines: list[Machine] = field(default_factory=list)
    roles: dict[str, FunctionRole] = field(default_factory=dict)
    """By ARN."""
    managed_policies: dict[str, tuple[Statement, ...]] = field(default_factory=dict)
    """Statements by policy ARN."""
    resource_policies: dict[str, tuple[Statement, ...]] = field(default_factory=dict)
    """Statements by the ARN of the queue, bucket, key or bus."""
    async_retries: dict[str, int] = field(default_factory=dict)
    """Retries of an asynchronous invocation, by function name; two if the template does not set them."""

    def find_function(self, name: str) -> Function:
        """A function by its name or ARN."""
        return next(each for each in self.functions.values() if name in (each.name, each.arn))
