"""IAM, as far as the template uses it: does a list of statements allow this action on this resource?"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from consentry_emulator.errors import UnknownPropertyError
from consentry_emulator.wiring import Statement


def allows(
    statements: Iterable[Statement], action: str, resource: str, context: Mapping[str, str]
) -> bool:
    """Whether an Allow matches and no Deny does; `context` holds the condition keys of the call."""
    effects = {
        statement["Effect"]
        for statement in statements
        if _matches(statement, action, resource, context)
    }
    return "Allow" in effects and "Deny" not in effects


def denies(
    statements: Iterable[Statement], action: str, resource: str, context: Mapping[str, str]
) -> bool:
    """Whether a resource's own policy denies everybody the action."""
    return any(
        statement["Effect"] == "Deny"
        and statement.get("Principal") == "*"
        and _matches(statement, action, resource, context)
        for statement in statements
    )


def admits_service(
    statements: Iterable[Statement], service: str, action: str, resource: str, source: str
) -> bool:
    """Whether a resource's policy lets an AWS service do the action for the `source` (an ARN)."""
    context = {"aws:SourceArn": source, "aws:SecureTransport": "true"}
    mine = [
        statement
        for statement in statements
        if statement.get("Principal") in ("*", {"Service": service}, {"Service": [service]})
    ]
    return allows(mine, action, resource, context)


def _matches(statement: Statement, action: str, resource: str, context: Mapping[str, str]) -> bool:
    actions = [pattern.lower() for pattern in _listed(statement["Action"])]
    return (
        any(_like(action.lower(), pattern) for pattern in actions)
        and any(_like(resource, pattern) for pattern in _listed(statement["Resource"]))
        and _holds(statement.get("Condition", {}), context)
    )


def _holds(condition: Mapping[str, Any], context: Mapping[str, str]) -> bool:
    return all(
        _compare(operator, context.get(key), _listed(wanted))
        for operator, keys in condition.items()
        for key, wanted in keys.items()
    )


def _compare(operator: str, found: str | None, wanted: list[str]) -> bool:
    """One condition; a key that the call lacks fails it, unless the operator is a negation (as in IAM)."""
    positive = operator.replace("Not", "", 1)
    negated = positive != operator
    if found is None:
        return negated
    match positive:
        case "StringEquals":
            holds = found in wanted
        case "StringLike" | "ArnLike" | "ArnEquals":
            holds = any(_like(found, pattern) for pattern in wanted)
        case "Bool":
            holds = found.lower() in [value.lower() for value in wanted]
        case _:
            raise UnknownPropertyError("policy", f"Condition.{operator}")
    return holds != negated


def _listed(value: Any) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(re.escape(text).replace(r"\*", ".*").replace(r"\?", "."), re.DOTALL)


def _like(text: str, pattern: str) -> bool:
    """IAM's wildcards: * for any run of characters, slashes included, ? for one."""
    return _pattern(pattern).fullmatch(text) is not None
