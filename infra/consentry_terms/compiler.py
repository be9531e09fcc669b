"""Compiles a version of a policy set: Cedar evaluates every row, and the answers become a truth table."""

import json
from functools import cache, lru_cache
from typing import Any

import cedarpy

from consentry.kernel.vocabulary import Vocabulary
from consentry.terms.truth_table import Rule, Ruling, TableEntry, TruthTable, axes_of
from consentry.terms.truth_table_codec import decode_table
from consentry_terms.errors import IdleRuleError, TermsSourceError
from consentry_terms.schema import category_entities
from consentry_terms.sources import PolicySetSource, PolicySetVersion
from consentry_terms.truth_table_files import encode_truth_table
from consentry_terms.validation import validate_rules


def compile_version(
    policy_set: PolicySetSource, version: PolicySetVersion, schema: cedarpy.Schema
) -> dict[str, Any]:
    """The document of one version's table; TermsSourceError if a rule is invalid or a row has no clear answer."""
    vocabulary = policy_set.vocabulary
    rules = validate_rules(policy_set, version, schema)
    answers = cedarpy.is_authorized_batch(
        _requests(vocabulary),
        cedarpy.PolicySet.from_str(version.text),
        category_entities(vocabulary, schema),
        schema,
    )
    entries = [_entry(answer, rules, version) for answer in answers]
    idle = {rule.id for rule in rules.values()}.difference(*{each.rules for each in entries})
    if idle:
        problem = "decides no row: it never applies, or another rule always overrules it"
        raise IdleRuleError(str(version.path), problem, min(idle))
    return encode_truth_table(policy_set, version, tuple(rules.values()), entries)


def compile_table(
    policy_set: PolicySetSource, version: PolicySetVersion, schema: cedarpy.Schema
) -> TruthTable:
    """One version as the table that is read at run time."""
    return decode_table(compile_version(policy_set, version, schema), policy_set.vocabulary)


def _entry(
    answer: cedarpy.AuthzResult, rules: dict[str, Rule], version: PolicySetVersion
) -> TableEntry:
    # Cedar skips a rule with an error, also a forbid: one error anywhere stops the build.
    if answer.diagnostics.errors:
        raise TermsSourceError(str(version.path), answer.diagnostics.errors[0])
    if answer.decision is cedarpy.Decision.NoDecision:
        raise TermsSourceError(str(version.path), "Cedar gave no answer for a row")
    deciding = set(answer.diagnostics.reasons)
    named = tuple(rule.id for key, rule in rules.items() if key in deciding)
    if answer.allowed:
        return TableEntry(Ruling.PERMIT, named)
    return TableEntry(Ruling.FORBID if named else Ruling.NOT_COVERED, named)


@lru_cache(maxsize=1)
def _requests(vocabulary: Vocabulary) -> list[dict[str, Any]]:
    return [
        {
            "principal": {"type": "ModelOwner", "id": str(row.model_owner)},
            "action": {"type": "Action", "id": str(row.operation)},
            "resource": {"type": "DataCategory", "id": str(row.category)},
            "context": _context(row.same_service, str(row.customer), str(row.people)),
        }
        for row in axes_of(vocabulary).rows()
    ]


@cache
def _context(same_service: bool, customer: str, people: str) -> str:
    statuses = {"customer": customer, "people": people}
    entities = {
        party: {"__entity": {"type": "ConsentStatus", "id": status}}
        for party, status in statuses.items()
    }
    return json.dumps({"same_service": same_service, **entities})
