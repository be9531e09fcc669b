"""The template's own wiring, as data: which event reaches which function, and what happens when that fails."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from consentry_emulator.stream_mapping import StreamMapping

Statement = Mapping[str, Any]
"""One statement of a policy document, intrinsics computed."""


@dataclass(frozen=True, slots=True)
class Role:
    """What one role may do: the statements of all its policies."""

    arn: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Function:
    """One Lambda function; `environment` is exactly what the template gives it."""

    logical_id: str
    name: str
    arn: str
    handler: str
    role: Role
    environment: Mapping[str, str]
    memory_mb: int
    timeout_seconds: int
    dead_letters_arn: str | None


@dataclass(frozen=True, slots=True)
class Route:
    """One route of the HTTP API; `path` is a template such as /consents/{customer}."""

    api: str
    method: str
    path: str
    function_arn: str
    authorizer: str | None


@dataclass(frozen=True, slots=True)
class Authorizer:
    """Whose tokens the API takes."""

    issuer: str
    audience: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """Where a rule sends what it matched; what cannot be delivered goes to its dead letters."""

    id: str
    arn: str
    dead_letters_arn: str | None
    retry_attempts: int


@dataclass(frozen=True, slots=True)
class Rule:
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
class Permission:
    """Who may invoke a function: a service principal, for a source."""

    function: str
    principal: str
    source_arn: str


@dataclass(frozen=True, slots=True)
class Machine:
    """A state machine, whose Lambda tasks local mode invokes."""

    logical_id: str
    arn: str
    definition: Mapping[str, Any]
    role: Role


@dataclass(slots=True)
class Wiring:
    """Everything that raising the template found out."""

    functions: dict[str, Function] = field(default_factory=dict)
    """By ARN."""
    routes: list[Route] = field(default_factory=list)
    authorizers: dict[tuple[str, str], Authorizer] = field(default_factory=dict)
    """By API and name."""
    rules: list[Rule] = field(default_factory=list)
    buses: dict[str, str] = field(default_factory=lambda: {"default": "default"})
    """Name of a bus by its logical id."""
    buckets: dict[str, str] = field(default_factory=dict)
    """Name of a bucket by its logical id."""
    notifying_buckets: set[str] = field(default_factory=set)
    """Names of the buckets that tell EventBridge (moto keeps that, and does not give it back)."""
    queues: dict[str, str] = field(default_factory=dict)
    """URL of a queue by its ARN."""
    dead_letter_queues: set[str] = field(default_factory=set)
    """ARNs of queues that something names as its dead letters."""
    mappings: list[QueueMapping] = field(default_factory=list)
    streams: set[str] = field(default_factory=set)
    """ARNs."""
    stream_mappings: list[StreamMapping] = field(default_factory=list)
    permissions: list[Permission] = field(default_factory=list)
    machines: list[Machine] = field(default_factory=list)
    roles: dict[str, Role] = field(default_factory=dict)
    """By ARN."""
    managed_policies: dict[str, tuple[Statement, ...]] = field(default_factory=dict)
    """Statements by policy ARN."""
    resource_policies: dict[str, tuple[Statement, ...]] = field(default_factory=dict)
    """Statements by the ARN of the queue, bucket or bus that they guard."""
    async_retries: dict[str, int] = field(default_factory=dict)
    """Retries of an asynchronous invocation, by function name; two where the template says nothing."""

    def function_named(self, name: str) -> Function:
        """A function by its name or ARN."""
        return next(one for one in self.functions.values() if name in (one.name, one.arn))
