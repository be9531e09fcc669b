"""One resource of the template, and the emulated account that its provisioner creates it in."""

from collections.abc import Collection, Mapping
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
    kind: str
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


@dataclass(frozen=True, slots=True)
class CreatedResource:
    """A created resource: its `Ref`, and its attributes by name."""

    ref: str
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class EmulatedAccount:
    """The account: moto behind boto3, and the wiring that the dispatcher follows."""

    wiring: Wiring = field(default_factory=Wiring)

    def client(self, service: str) -> Any:
        """A client of the account."""
        return _client(service)


@cache
def session() -> boto3.Session:
    """One session per process: to read the models of the services takes half of the time that a stack takes."""
    return boto3.Session("local", "local", region_name=REGION)


@cache
def _client(service: str) -> Any:
    local: Any = session()
    return local.client(service)


def arn(service: str, resource: str, *, region: str = REGION, account: str = ACCOUNT_ID) -> str:
    """An ARN of the emulated account."""
    return f"arn:aws:{service}:{region}:{account}:{resource}"
