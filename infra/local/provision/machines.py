"""State machines: created in moto, which parses their definition; their Lambda tasks are in the wiring."""

import json
from typing import Any

from infra.local.provision.provisioner import provisioner
from infra.local.resources import Raised, Resource, World
from infra.local.wiring import Machine


def _make(resource: Resource, world: World) -> Raised:
    text = _substituted(resource)
    ref = world.client("stepfunctions").create_state_machine(
        name=resource.name, definition=text, roleArn=resource.get("RoleArn")
    )["stateMachineArn"]
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
