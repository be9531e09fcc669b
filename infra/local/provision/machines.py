"""State machines: kept in the wiring; moto's interpreter is only asked when one is executed."""

import json
from typing import Any

from infra.local.provision.provisioner import provisioner
from infra.local.resources import Raised, Resource, World, arn
from infra.local.wiring import Machine


def _make(resource: Resource, world: World) -> Raised:
    text = _substituted(resource)
    ref = arn("states", f"stateMachine:{resource.name}")
    role = world.wiring.roles[resource.get("RoleArn")]
    machine = Machine(resource.logical_id, ref, json.loads(text), role)
    world.wiring.machines.append(machine)
    return Raised(ref, {"Arn": ref, "Name": resource.name})


def _substituted(resource: Resource) -> str:
    text: str = resource.get("DefinitionString")
    substitutions: dict[str, Any] = resource.get("DefinitionSubstitutions", {})
    for name, value in substitutions.items():
        text = text.replace(f"${{{name}}}", str(value))
    return text


MACHINE = provisioner(_make, "DefinitionString DefinitionSubstitutions RoleArn Tags")
