"""Evaluates IAM policies: whether statements allow an action on a resource. It supports part of IAM."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from consentry_emulator.errors import UnknownPropertyError
from consentry_emulator.stack_wiring import Statement


def allows(
    statements: Iterable[Statement], action: str, resource: str, context: Mapping[str, str]
) -> bool:
    """True if an Allow matches and no Deny does; `context` holds the condition keys of the call."""
    effects = {
        statement["Effect"]
        for statement in statements
        if _matches(statement, action, resource, context)
    }
    return "Allow" in effects and "Deny" not in effects


def denies(
    statements: Iterable[Statement], action: str, resource: str, context: Mapping[str, str]
) -> bool:
    """True if the policy of a resource denies the action to everybody."""
    return any(
        statement["Effect"] == "Deny"
        and statement.get("Principal") == "*"
        and _matches(statement, action, resource, context)
        for statement in statements
    )


def admits_service(
    statements: Iterable[Statement], service: str, action: str, resource: str, source: str
) -> bool:
    """True if the policy of a resource allows an AWS service the action for the `source` (an ARN)."""
    context = {"aws:SourceArn": source, "aws:SecureTransport": "true"}
    applicable = [
        statement
        for statement in statements
        if statement.get("Principal") in ("*", {"Service": service}, {"Service": [service]})
    ]
    return allows(applicable, action, resource, context)


def _matches(statement: Statement, action: str, resource: str, context: Mapping[str, str]) -> bool:
    actions = [pattern.lower() for pattern in _listed(statement["Action"])]
    return (
        any(_like(action.lower(), pattern) for pattern in actions)
        and any(_like(resource, pattern) for pattern in _listed(statement["Resource"]))
        and all(
            _compare(operator, context.get(key), _listed(expected))
            for operator, keys in statement.get("Condition", {}).items()
            for key, expected in keys.items()
        )
    )


def _compare(operator: str, value: str | None, expected: list[str]) -> bool:
    """One condition. As in IAM, a missing key fails it unless the operator is a negation."""
    if operator == "Null":
        return expected == [str(value is None).lower()]
    positive = operator.replace("Not", "", 1)
    negated = positive != operator
    if value is None:
        return negated
    match positive:
        case "StringEquals":
            holds = value in expected
        case "StringLike" | "ArnLike" | "ArnEquals":
            holds = any(_like(value, pattern) for pattern in expected)
        case "Bool":
            holds = value.lower() in [each.lower() for each in expected]
        case _:
            raise UnknownPropertyError("policy", f"Condition.{operator}")
    return holds != negated


def _listed(value: Any) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(re.escape(text).replace(r"\*", ".*").replace(r"\?", "."), re.DOTALL)


def _like(text: str, pattern: str) -> bool:
    """Match with IAM's wildcards: * for any characters, slashes included, ? for one."""
    return _pattern(pattern).fullmatch(text) is not None
