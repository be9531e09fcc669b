"""One resource of the template, and the provisioners that create resources in moto and in the wiring."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import boto3

from consentry_emulator.errors import UnknownPropertyError
from consentry_emulator.sam_transform import REGION
from consentry_emulator.stack_wiring import Wiring

ACCOUNT_ID = "123456789012"


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource with its properties resolved; `name` is the physical name it would get."""

    logical_id: str
    name: str
    properties: Mapping[str, Any]

    def get(self, name: str, default: Any = None) -> Any:
        """A property, or the default if the template does not set it."""
        return self.properties.get(name, default)

    def require_known(
        self, where: str, value: Mapping[str, Any], known: Collection[str]
    ) -> Mapping[str, Any]:
        """`value`, which is the property `where`. UnknownPropertyError if it has a key that is not known."""
        for key in value:
            if key not in known:
                raise UnknownPropertyError(self.logical_id, f"{where}.{key}")
        return value

    def get_known(self, name: str, *known: str) -> Mapping[str, Any]:
        """A property that is an object, or {}. UnknownPropertyError if it has a key that is not known."""
        return self.require_known(name, self.get(name, {}), known)

    def require_value(self, name: str, supported: str) -> None:
        """UnknownPropertyError if the property has another value than the one that is supported."""
        if self.get(name) != supported:
            raise UnknownPropertyError(self.logical_id, f"{name}: {self.get(name)}")


@dataclass(frozen=True, slots=True)
class CreatedResource:
    """A created resource: its `Ref`, and its attributes by name."""

    ref: str
    attributes: Mapping[str, str] = field(default_factory=dict)


Provisioner = Callable[[Resource, Wiring], CreatedResource]

PROVISIONERS: dict[str, Provisioner] = {}
"""Provisioners by the type of resource that they create."""


def provisions(kind: str, supported_properties: str) -> Callable[[Provisioner], Provisioner]:
    """Register a function as the provisioner of a type. It gets no property that it does not support.

    The supported properties are top-level and separated by spaces. The function checks nested ones.
    """
    supported = supported_properties.split()

    def register(create: Provisioner) -> Provisioner:
        def create_supported(resource: Resource, wiring: Wiring) -> CreatedResource:
            for name in resource.properties:
                if name not in supported:
                    raise UnknownPropertyError(resource.logical_id, name)
            return create(resource, wiring)

        PROVISIONERS[kind] = create_supported
        return create

    return register


@cache
def _session() -> boto3.Session:
    """One session per process, since reading the service models is half of the work of creating a stack."""
    return boto3.Session("local", "local", region_name=REGION)


@cache
def client(service: str) -> Any:
    """A boto3 client of the emulated account."""
    session: Any = _session()
    return session.client(service)


def arn(service: str, resource: str, *, region: str = REGION) -> str:
    """An ARN of the emulated account."""
    return f"arn:aws:{service}:{region}:{ACCOUNT_ID}:{resource}"
