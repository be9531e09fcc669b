"""What a provisioner is: the properties it understands, and how it raises a resource that has them."""

from collections.abc import Callable
from dataclasses import dataclass

from infra.local.resources import Raised, Resource, World


@dataclass(frozen=True, slots=True)
class Provisioner:
    """Raises resources of one type. `understands` names top-level properties; deeper ones `make` checks."""

    make: Callable[[Resource, World], Raised]
    understands: frozenset[str]


def provisioner(make: Callable[[Resource, World], Raised], understands: str) -> Provisioner:
    """A provisioner, its properties given as words."""
    return Provisioner(make, frozenset(understands.split()))
