"""Baselines of a decision: reading and writing JSON only, and the Cedar engine."""

import json
from functools import cache
from typing import Any

import cedarpy
import orjson

from consentry.decisions.inputs import Evidence, Facts
from consentry.kernel.vocabulary import worst
from consentry_terms.schema import category_entities, read_schema
from consentry_terms.sources import POLICY_SETS, SCHEMA, read_source
from tests.testkit.meeting_words import MEETINGS


def json_only(body: bytes, row: dict[str, Any]) -> bytes:
    """Read the request and write a finished log row by orjson, without checks and decision."""
    orjson.loads(body)
    return orjson.dumps(row)


class CedarEngine:
    """cedarpy with the same rules, all parsed in advance."""

    def __init__(self, *policy_sets: str) -> None:
        texts = [
            read_source(POLICY_SETS / policy_set).versions[-1].text for policy_set in policy_sets
        ]
        self.policies = cedarpy.PolicySet.from_str("\n".join(texts))
        self.schema = read_schema(SCHEMA)
        self.entities = category_entities(MEETINGS, self.schema)

    def allows(self, question: dict[str, Any]) -> bool:
        return cedarpy.is_authorized(question, self.policies, self.entities, self.schema).allowed


@cache
def cedar_engine() -> CedarEngine:
    return CedarEngine("announced", "house")


def cedar_question(facts: Facts, evidence: Evidence) -> dict[str, Any]:
    """The same facts and statuses as one Cedar request for the one requested leaf."""
    (leaf,) = facts.data
    context = {
        "same_service": facts.same_service,
        "customer": _status_input(evidence.customer.status_on(leaf)),
        "people": _status_input(worst([person.status_on(leaf) for person in evidence.people])),
    }
    return {
        "principal": {"type": "ModelOwner", "id": str(facts.model_owner)},
        "action": {"type": "Action", "id": str(facts.operation)},
        "resource": {"type": "DataCategory", "id": str(leaf)},
        "context": json.dumps(context),
    }


def _status_input(status: str) -> dict[str, dict[str, str]]:
    return {"__entity": {"type": "ConsentStatus", "id": str(status)}}
