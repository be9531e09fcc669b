"""What Lambda tries when something is attached to a function: whether the function's role may use it."""

from collections.abc import Iterable

from infra.local.errors import RefusedByAwsError
from infra.local.permissions import allows
from infra.local.resources import Resource
from infra.local.wiring import Role


def must_allow(resource: Resource, role: Role, actions: Iterable[str], target: str) -> None:
    """Lambda tries the role when a queue or stream is attached, and refuses a role that may not."""
    for action in actions:
        if not allows(role.statements, action, target, {}):
            raise RefusedByAwsError(resource.logical_id, f"its role may not {action} on {target}")
