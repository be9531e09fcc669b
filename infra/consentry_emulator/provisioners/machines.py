"""State machines. They are stored in the wiring, and created in moto on their first execution."""

import json
from typing import Any

from consentry_emulator.provisioners.provisioner import provisioner
from consentry_emulator.resources import CreatedResource, EmulatedAccount, Resource, arn
from consentry_emulator.stack_wiring import Machine


def _make(resource: Resource, account: EmulatedAccount) -> CreatedResource:
    text = _substituted(resource)
    ref = arn("states", f"stateMachine:{resource.name}")
    role = account.wiring.roles[resource.get("RoleArn")]
    machine = Machine(resource.logical_id, ref, json.loads(text), role)
    account.wiring.machines.append(machine)
    return CreatedResource(ref, {"Arn": ref, "Name": resource.name})


def _substituted(resource: Resource) -> str:
    text: str = resource.get("DefinitionString")
    substitutions: dict[str, Any] = resource.get("DefinitionSubstitutions", {})
    for name, value in substitutions.items():
        text = text.replace(f"${{{name}}}", str(value))
    return text


MACHINE = provisioner(_make, "DefinitionString DefinitionSubstitutions RoleArn Tags")
