"""A provisioner: creates resources of one type, and knows the properties that it supports."""

from collections.abc import Callable
from dataclasses import dataclass

from consentry_emulator.resources import CreatedResource, EmulatedAccount, Resource


@dataclass(frozen=True, slots=True)
class Provisioner:
    """Creates resources of one type. `supported_properties` are top-level; `make` checks nested ones."""

    make: Callable[[Resource, EmulatedAccount], CreatedResource]
    supported_properties: frozenset[str]


def provisioner(
    make: Callable[[Resource, EmulatedAccount], CreatedResource], supported_properties: str
) -> Provisioner:
    """A provisioner; its properties are separated by spaces."""
    return Provisioner(make, frozenset(supported_properties.split()))
