"""What Lambda tries when something is attached to a function: whether the function's role may use it."""

from collections.abc import Iterable

from consentry_emulator.errors import RejectedByAwsError
from consentry_emulator.policy_evaluation import allows
from consentry_emulator.resources import Resource
from consentry_emulator.wiring import Role


def require_allowed(resource: Resource, role: Role, actions: Iterable[str], target: str) -> None:
    """Lambda tries the role when a queue or stream is attached, and refuses a role that may not."""
    for action in actions:
        if not allows(role.statements, action, target, {}):
            raise RejectedByAwsError(resource.logical_id, f"its role may not {action} on {target}")
