"""What a provisioner is: the properties it understands, and how it raises a resource that has them."""

from collections.abc import Callable
from dataclasses import dataclass

from consentry_emulator.resources import CreatedResource, EmulatedAccount, Resource


@dataclass(frozen=True, slots=True)
class Provisioner:
    """Raises resources of one type. `understands` names top-level properties; deeper ones `make` checks."""

    make: Callable[[Resource, EmulatedAccount], CreatedResource]
    supported_properties: frozenset[str]


def provisioner(
    make: Callable[[Resource, EmulatedAccount], CreatedResource], supported_properties: str
) -> Provisioner:
    """A provisioner, its properties given as words."""
    return Provisioner(make, frozenset(supported_properties.split()))
