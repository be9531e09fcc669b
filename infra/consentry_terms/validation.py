"""Validates every rule of a version: first by Cedar's validator, then by checks of our own.

cedarpy reports the validator's errors but not its warnings. What Cedar would warn about (a rule that can never apply, a
character that looks like another) is rejected here and by the compiler.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import cedarpy

from consentry.kernel.vocabulary import Vocabulary
from consentry.terms.truth_table import Rule
from consentry_terms.errors import TermsSourceError, UnknownWordError
from consentry_terms.sources import PolicySetSource, PolicySetVersion

_REQUIRED = ("id", "clause", "explanation")
_ANNOTATIONS = {*_REQUIRED, "interpretation"}
_TYPES = {
    "principal": "ModelOwner",
    "action": "Action",
    "resource": "DataCategory",
    "customer": "ConsentStatus",
    "people": "ConsentStatus",
}


def validate_rules(
    policy_set: PolicySetSource, version: PolicySetVersion, schema: cedarpy.Schema
) -> dict[str, Rule]:
    """The rules by Cedar's policy id; TermsSourceError at the first problem."""
    file = str(version.path)
    if invisible := next(
        (c for c in version.text if not c.isprintable() and c not in "\n\t"), None
    ):
        raise TermsSourceError(file, f"has the invisible character U+{ord(invisible):04X}")
    policies = _parse(version)
    names = {key: policy.get("annotations", {}).get("id") for key, policy in policies.items()}
    result = cedarpy.validate_policies(version.text, schema)
    if not result.validation_passed or result.errors:
        first = result.errors[0]
        plain = re.sub(r"^for policy `policy\d+`[:,] ", "", first.error)
        raise TermsSourceError(file, plain, names.get(first.policy_id) or first.policy_id)
    rules: dict[str, Rule] = {}
    for key, policy in policies.items():
        if problem := _problem(policy, policy_set, {rule.id for rule in rules.values()}):
            raise TermsSourceError(file, problem, names[key] or key)
        if unknown := next(_unknown_words(policy, policy_set.vocabulary), None):
            raise UnknownWordError(file, f'there is no DataCategory::"{unknown}"', names[key])
        rules[key] = _rule(policy)
        clauses = version.declared.clauses
        if clauses and rules[key].clause not in clauses:
            raise TermsSourceError(
                file, "its @clause has no digest in the declaration", rules[key].id
            )
    return rules


def _parse(version: PolicySetVersion) -> dict[str, dict[str, Any]]:
    try:
        parsed = json.loads(cedarpy.policies_to_json_str(version.text))
    except ValueError as broken:
        raise TermsSourceError(str(version.path), str(broken)) from broken
    if parsed["templates"]:
        raise TermsSourceError(str(version.path), "has a template; terms have no placeholders")
    if not parsed["staticPolicies"]:
        raise TermsSourceError(str(version.path), "has no rule")
    policies: dict[str, dict[str, Any]] = parsed["staticPolicies"]
    return dict(sorted(policies.items(), key=lambda item: int(item[0].removeprefix("policy"))))


def _rule(policy: dict[str, Any]) -> Rule:
    annotations = policy["annotations"]
    return Rule(
        id=annotations["id"],
        clause=annotations["clause"],
        explanation=annotations["explanation"],
        interpretation=annotations.get("interpretation"),
        effect=policy["effect"],
    )


def _problem(policy: dict[str, Any], policy_set: PolicySetSource, taken: set[str]) -> str | None:
    annotations = policy.get("annotations", {})
    if missing := [name for name in _REQUIRED if not annotations.get(name)]:
        return f"lacks @{missing[0]}"
    if unknown := sorted(set(annotations) - _ANNOTATIONS):
        return f"has the unknown annotation @{unknown[0]}"
    name = policy_set.name
    if not re.fullmatch(rf"{re.escape(name)}\.[a-z0-9][a-z0-9_-]*", annotations["id"]):
        return f"its @id must be {name}.<a-z, 0-9, hyphens>"
    if annotations["id"] in taken:
        return "its @id is taken by a rule above"
    if policy_set.kind == "guardrails" and policy["effect"] == "permit":
        return "permits, but guardrails can only forbid"
    return next(_impossible_comparisons(policy, policy_set.vocabulary), None)


def _unknown_words(policy: dict[str, Any], vocabulary: Vocabulary) -> Iterator[str]:
    """Categories that Cedar accepts although the vocabulary lacks them: it has no enumeration with parents."""
    for node in _nodes(policy):
        for entity in _entities(node):
            if entity["type"] == "DataCategory" and entity["id"] not in vocabulary.data_categories:
                yield entity["id"]


def _impossible_comparisons(policy: dict[str, Any], vocabulary: Vocabulary) -> Iterator[str]:
    branches = set(vocabulary.data_categories) - set(vocabulary.leaves)
    for node in _nodes(policy):
        for operator in ("==", "!=", "in", "contains"):
            if isinstance(compared := node.get(operator), dict):
                yield from _impossible(operator, compared, branches)
    scope = policy["resource"]
    if scope["op"] == "==" and scope["entity"]["id"] in branches:
        yield f'resource == DataCategory::"{scope["entity"]["id"]}" is never true: write `in`'


def _impossible(operator: str, compared: dict[str, Any], branches: set[str]) -> Iterator[str]:
    sides = [compared["left"], compared["right"]]
    types = {_TYPES[word] for side in sides if (word := _variable(side)) in _TYPES}
    for entity in (entity for side in sides for node in _nodes(side) for entity in _entities(node)):
        written = f'{entity["type"]}::"{entity["id"]}"'
        if types and entity["type"] not in types:
            yield f"{written} is compared with a value of another type"
        if operator != "in" and entity["type"] == "DataCategory" and entity["id"] in branches:
            yield f"{written} is a branch, and no data equals a branch: write `in`"


def _variable(side: dict[str, Any]) -> str | None:
    attribute = side.get(".", {})
    word = side.get("Var") or attribute.get("attr")
    return word if isinstance(word, str) else None


def _entities(node: dict[str, Any]) -> Iterator[dict[str, str]]:
    yield from (node[key] for key in ("entity", "__entity") if key in node)
    yield from node.get("entities", ())


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    if isinstance(tree, dict):
        yield tree
        tree = list(tree.values())
    if isinstance(tree, list):
        for branch in tree:
            yield from _nodes(branch)
