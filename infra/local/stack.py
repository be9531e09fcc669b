"""A stack: parameters, conditions, resources raised in the order of their references, outputs."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from infra.local.errors import UnknownTypeError, UnresolvedError
from infra.local.intrinsics import Intrinsics
from infra.local.provision import PROVISIONERS, raise_resource
from infra.local.resources import ACCOUNT, Raised, Resource, World
from infra.local.translate import REGION, translate

NESTED = "AWS::CloudFormation::Stack"


class Stack:
    """One template on its way to being raised; `Names` for its own intrinsics."""

    def __init__(self, path: Path, name: str, parameters: Mapping[str, Any], world: World) -> None:
        self.name = name
        self.path = path
        self._world = world
        self.template = translate(path, parameters)
        self._parameters = self._given(parameters)
        self._intrinsics = Intrinsics(self, self.template.get("Conditions", {}))
        self._resources: dict[str, Any] = self.template["Resources"]
        self._raised: dict[str, Raised] = {}
        self._underway: list[str] = []

    def raise_all(self) -> Mapping[str, str]:
        """Raise every resource; returns the outputs."""
        for resource, body in self._resources.items():
            if "Condition" not in body or self._intrinsics.holds(body["Condition"]):
                self._raise(resource)
        outputs = self.template.get("Outputs", {})
        return {name: str(self._intrinsics.value(body["Value"])) for name, body in outputs.items()}

    def ref(self, name: str) -> Any:
        """A parameter, a pseudo parameter, or a resource's `Ref`."""
        pseudo = {
            "AWS::AccountId": ACCOUNT,
            "AWS::Partition": "aws",
            "AWS::Region": REGION,
            "AWS::StackName": self.name,
            "AWS::URLSuffix": "amazonaws.com",
        }
        if name in pseudo:
            return pseudo[name]
        if name in self._parameters:
            return self._parameters[name]
        return self._raise(name).ref

    def attribute(self, resource: str, name: str) -> Any:
        """A resource's attribute; UnresolvedError if it has none of that name."""
        attributes = self._raise(resource).attributes
        if name not in attributes:
            raise UnresolvedError(f"{self.path.name}: {resource}.{name}", "no such attribute")
        return attributes[name]

    def _raise(self, name: str) -> Raised:
        if name in self._raised:
            return self._raised[name]
        if name not in self._resources:
            raise UnresolvedError(f"{self.path.name}: {name}", "no such parameter or resource")
        if name in self._underway:
            raise UnresolvedError(f"{self.path.name}: {name}", "refers to itself, by way of others")
        self._underway.append(name)
        self._raised[name] = self._make(name, self._resources[name])
        self._underway.remove(name)
        return self._raised[name]

    def _make(self, name: str, body: Mapping[str, Any]) -> Raised:
        kind = body["Type"]
        if kind != NESTED and kind not in PROVISIONERS:
            raise UnknownTypeError(name, kind)
        depends = body.get("DependsOn", [])
        for other in [depends] if isinstance(depends, str) else depends:
            self._raise(other)
        properties = self._intrinsics.value(body.get("Properties", {}))
        resource = Resource(name, kind, f"{self.name}-{name}", properties)
        if kind == NESTED:
            return self._nest(resource)
        return raise_resource(resource, self._world)

    def _nest(self, resource: Resource) -> Raised:
        resource.only("Properties", resource.properties, {"TemplateURL", "Parameters"})
        path = self.path.parent / resource.get("TemplateURL")
        inner = Stack(path, resource.name, resource.get("Parameters", {}), self._world)
        outputs = inner.raise_all()
        return Raised(inner.name, {f"Outputs.{name}": value for name, value in outputs.items()})

    def _given(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        values = {}
        declared = self.template.get("Parameters", {})
        for name, body in declared.items():
            value = parameters.get(name, body.get("Default"))
            if value is None:
                raise UnresolvedError(f"{self.path.name}: {name}", "no value for this parameter")
            is_list = body["Type"] == "CommaDelimitedList"
            values[name] = str(value).split(",") if is_list else value
        if unknown := parameters.keys() - declared.keys():
            raise UnresolvedError(f"{self.path.name}: {min(unknown)}", "no such parameter")
        return values
