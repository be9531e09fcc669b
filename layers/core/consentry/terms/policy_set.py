"""Policy sets: the dated versions of terms or guardrails, and their material changes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from consentry.kernel.vocabulary import Operation, Service
from consentry.terms.truth_table import TruthTable

type PolicySetKind = Literal["terms", "guardrails"]


@dataclass(frozen=True, slots=True)
class MaterialChange:
    """From `at` on, earlier grants of this operation and service are invalidated; no service means all services.

    A person declares it next to a version. It is never inferred from a comparison of texts.
    """

    at: datetime
    operation: Operation
    service: Service | None = None

    def concerns(self, operation: Operation, service: Service) -> bool:
        """Whether it invalidates grants of this use."""
        return self.operation == operation and self.service in (None, service)


def last_material_change(
    changes: Iterable[MaterialChange], operation: Operation, service: Service, *, at: datetime
) -> datetime | None:
    """The time of the last material change of a use, up to `at`, or None."""
    times = (c.at for c in changes if c.at <= at and c.concerns(operation, service))
    return max(times, default=None)


@dataclass(frozen=True, slots=True)
class PolicySet:
    """Terms or guardrails with their versions, oldest first."""

    name: str
    kind: PolicySetKind
    versions: tuple[TruthTable, ...]
    material: tuple[MaterialChange, ...] = ()

    def in_force(self, at: datetime) -> TruthTable | None:
        """The version in force at a time; None before the first version."""
        return next((v for v in reversed(self.versions) if v.in_force_from <= at), None)

    def next_version_at(self, at: datetime) -> datetime | None:
        """When the next version comes into force; None if there is no later version."""
        return next((v.in_force_from for v in self.versions if v.in_force_from > at), None)


@dataclass(frozen=True, slots=True)
class Library:
    """All policy sets by name."""

    policy_sets: Mapping[str, PolicySet]
