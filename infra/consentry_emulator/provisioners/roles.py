"""IAM roles and policies. They are stored in the wiring, since moto supports only resources of `*`."""

from collections.abc import Iterable, Mapping
from typing import Any

from consentry_emulator.errors import RejectedByAwsError, UnknownPropertyError
from consentry_emulator.policy_evaluation import allows
from consentry_emulator.resources import CreatedResource, Resource, arn, provisions
from consentry_emulator.sam_transform import BASIC_EXECUTION
from consentry_emulator.stack_wiring import FunctionRole, Statement, Wiring

_LONGEST_ROLE_NAME = 64

_KEYS = {"Sid", "Effect", "Action", "Resource", "Condition", "Principal"}

# Lambda writes the logs for the function; no handler calls these.
_LOGGING: Statement = {
    "Effect": "Allow",
    "Action": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
    "Resource": "*",
}


def statements(resource: Resource, document: Mapping[str, Any]) -> tuple[Statement, ...]:
    """The statements of a policy document. UnknownPropertyError for keys such as NotAction."""
    resource.require_known("PolicyDocument", document, {"Version", "Statement"})
    one_or_more = document["Statement"]
    found = one_or_more if isinstance(one_or_more, list) else [one_or_more]
    return tuple(resource.require_known("Statement", statement, _KEYS) for statement in found)


def require_allowed(
    resource: Resource, role: FunctionRole, actions: Iterable[str], target: str
) -> None:
    """RejectedByAwsError if the role may not do all actions. Lambda checks it when it attaches a queue or stream."""
    for action in actions:
        if not allows(role.statements, action, target, {}):
            raise RejectedByAwsError(
                f"{resource.logical_id}: its role may not {action} on {target}"
            )


@provisions("AWS::IAM::ManagedPolicy", "Description PolicyDocument")
def _create_managed_policy(resource: Resource, wiring: Wiring) -> CreatedResource:
    ref = arn("iam", f"policy/{resource.name}", region="")
    wiring.managed_policies[ref] = statements(resource, resource.get("PolicyDocument"))
    return CreatedResource(ref, {"PolicyArn": ref})


@provisions("AWS::IAM::Role", "AssumeRolePolicyDocument ManagedPolicyArns Policies Tags")
def _create_role(resource: Resource, wiring: Wiring) -> CreatedResource:
    known = {**wiring.managed_policies, BASIC_EXECUTION: (_LOGGING,)}
    granted: list[Statement] = []
    for policy in resource.get("ManagedPolicyArns", []):
        if policy not in known:
            raise UnknownPropertyError(resource.logical_id, f"ManagedPolicyArns: {policy}")
        granted += known[policy]
    for policy in resource.get("Policies", []):
        resource.require_known("Policies", policy, {"PolicyName", "PolicyDocument"})
        granted += statements(resource, policy["PolicyDocument"])
    name = _generated_name(resource)
    role = FunctionRole(arn("iam", f"role/{name}", region=""), tuple(granted))
    wiring.roles[role.arn] = role
    return CreatedResource(name, {"Arn": role.arn})


def _generated_name(resource: Resource) -> str:
    """A name as CloudFormation generates it: the stack, the logical id, twelve random letters.

    It has 64 characters at most, so that the name of a long stack is cut.
    """
    stack, end = resource.name.removesuffix(f"-{resource.logical_id}"), "-LOCALLOCAL12"
    room = max(_LONGEST_ROLE_NAME - len(f"-{resource.logical_id}{end}"), 0)
    return f"{stack[:room]}-{resource.logical_id}{end}"[-_LONGEST_ROLE_NAME:]
