"""A stack: parameters, conditions, resources in the order of their references, outputs."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from consentry_emulator.errors import RejectedByAwsError, UnknownTypeError, UnresolvedError
from consentry_emulator.intrinsics import Intrinsics
from consentry_emulator.provisioners import PROVISIONERS
from consentry_emulator.resources import ACCOUNT_ID, CreatedResource, Resource
from consentry_emulator.sam_transform import REGION, translate
from consentry_emulator.stack_wiring import Wiring

NESTED = "AWS::CloudFormation::Stack"

_PARAMETER_KEYS = {
    "Type",
    "Default",
    "Description",
    "AllowedValues",
    "AllowedPattern",
    "ConstraintDescription",
}


class Stack:
    """One template while its resources are created."""

    def __init__(
        self, path: Path, name: str, parameters: Mapping[str, Any], wiring: Wiring
    ) -> None:
        self.name = name
        self.path = path
        self._wiring = wiring
        self.template = translate(path, parameters)
        self._parameters = {
            "AWS::AccountId": ACCOUNT_ID,
            "AWS::Partition": "aws",
            "AWS::Region": REGION,
            "AWS::StackName": name,
            "AWS::URLSuffix": "amazonaws.com",
            **self._parameter_values(parameters),
        }
        self._intrinsics = Intrinsics(self.ref, self.attribute, self.template.get("Conditions", {}))
        self._resources: dict[str, Any] = self.template.get("Resources") or {}
        if not self._resources:
            raise UnresolvedError("Resources", "the template has none")
        self._created: dict[str, CreatedResource] = {}
        self._in_progress: set[str] = set()

    def create_all(self) -> Mapping[str, str]:
        """Create every resource; returns the outputs."""
        for resource, body in self._resources.items():
            if self._is_wanted(body):
                self._create(resource)
        outputs = self.template.get("Outputs", {})
        return {
            name: str(self._intrinsics.value(body["Value"]))
            for name, body in outputs.items()
            if self._is_wanted(body)
        }

    def ref(self, name: str) -> Any:
        """A parameter, a pseudo parameter, or a resource's `Ref`."""
        return self._parameters[name] if name in self._parameters else self._create(name).ref

    def attribute(self, resource: str, name: str) -> Any:
        """The attribute of a resource; UnresolvedError if there is none."""
        attributes = self._create(resource).attributes
        if name not in attributes:
            raise UnresolvedError(f"{self.path.name}: {resource}.{name}", "no such attribute")
        return attributes[name]

    def _is_wanted(self, body: Mapping[str, Any]) -> bool:
        return "Condition" not in body or self._intrinsics.holds(body["Condition"])

    def _create(self, name: str) -> CreatedResource:
        if name in self._created:
            return self._created[name]
        if name not in self._resources:
            raise UnresolvedError(f"{self.path.name}: {name}", "no such parameter or resource")
        if name in self._in_progress:
            raise UnresolvedError(f"{self.path.name}: {name}", "refers to itself through others")
        body = self._resources[name]
        if not self._is_wanted(body):
            raise UnresolvedError(f"{self.path.name}: {name}", "its condition does not hold")
        self._in_progress.add(name)
        create = self._nest if body["Type"] == NESTED else PROVISIONERS.get(body["Type"])
        if create is None:
            raise UnknownTypeError(
                f"{name}: the emulator does not support resources of type {body['Type']}"
            )
        depends = body.get("DependsOn", [])
        for other in [depends] if isinstance(depends, str) else depends:
            self._create(other)
        properties = self._intrinsics.value(body.get("Properties", {}))
        resource = Resource(name, f"{self.name}-{name}", properties)
        self._created[name] = create(resource, self._wiring)
        self._in_progress.remove(name)
        return self._created[name]

    def _nest(self, resource: Resource, wiring: Wiring) -> CreatedResource:
        resource.require_known("Properties", resource.properties, {"TemplateURL", "Parameters"})
        path = self.path.parent / resource.get("TemplateURL")
        inner = Stack(path, resource.name, resource.get("Parameters", {}), wiring)
        outputs = {f"Outputs.{name}": value for name, value in inner.create_all().items()}
        return CreatedResource(resource.name, outputs)

    def _parameter_values(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        values, declared = {}, self.template.get("Parameters", {})
        for name, body in declared.items():
            value = parameters.get(name, body.get("Default"))
            if value is None:
                raise UnresolvedError(f"{self.path.name}: {name}", "no value for this parameter")
            self._require_accepted(name, str(value), body)
            is_list = body["Type"] == "CommaDelimitedList"
            values[name] = str(value).split(",") if is_list else value
        if unknown := parameters.keys() - declared.keys():
            raise UnresolvedError(f"{self.path.name}: {min(unknown)}", "no such parameter")
        return values

    def _require_accepted(self, name: str, value: str, body: Mapping[str, Any]) -> None:
        """RejectedByAwsError for a value that the declaration of the parameter does not accept."""
        Resource(name, name, body).require_known("Parameters", body, _PARAMETER_KEYS)
        values, pattern = body.get("AllowedValues"), body.get("AllowedPattern")
        if (values and value not in map(str, values)) or (
            pattern and not re.fullmatch(pattern, value)
        ):
            raise RejectedByAwsError(f"{self.path.name}: {name} is not accepted")
