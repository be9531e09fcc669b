"""The steps of one decision without AWS, from the bytes of the request to the bytes of its log row."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from consentry.audit.audit_row import encode_row
from consentry.consent.consent_event import CUSTOMER_PARTY, ConsentEvent
from consentry.consent.forms import Form
from consentry.consent.status import PartyState, build_rule, state_after
from consentry.decisions.decision import Decision, RequestRecord, build_decision
from consentry.decisions.inputs import Evidence, Facts, party_status
from consentry.kernel import strict_json
from consentry.kernel.ids import decision_id
from consentry.kernel.requests import DataUseRequest
from consentry.kernel.vocabulary import ConsentStatus
from consentry.pseudonyms.customer_key import CustomerKey
from consentry.terms.assignment import Assignment
from consentry.terms.loader import read_library
from consentry.terms.policy_set import Library
from consentry.terms.truth_table import TableEntry
from tests.testkit.meeting_words import EVERY_NODE, EVERY_USE

ROOT = Path(__file__).parents[2]
EVENTS = ROOT / "events" / "decisions"
AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
KEY = CustomerKey("acme", bytes(range(32)))
BINDING = Assignment("announced", ("house",))

SILENT = PartyState()
"""A party without consent events, like most people."""


def body_of(event: str) -> bytes:
    """The request in a real event of the HTTP API. A customer in its path is put into the request."""
    document = json.loads((EVENTS / f"{event}.json").read_text())
    return json.dumps(document.get("pathParameters", {}) | json.loads(document["body"])).encode()


def granting(operation: str, service: str) -> PartyState:
    """The state of a customer with a signed grant for this use of its content."""
    words = {"customer": "acme", "text": "You may.", "locale": "en", "covers_collected": "anytime"}
    form = Form.read(words | {"uses": EVERY_USE, "data": EVERY_NODE})
    document: dict[str, Any] = {
        "consent_event_id": "event-1",
        "customer": "acme",
        "party": "customer",
        "kind": "grant",
        "uses": [{"operation": operation, "service": service}],
        "data": ["customer_content"],
        "form_id": "a" * 64,
        "signature": "click",
    }
    return state_after(SILENT, build_rule(ConsentEvent.read(document), form, at=AT))


@cache
def built_library() -> Library:
    return read_library(ROOT / ".build" / "terms", "meetings")


@dataclass(frozen=True)
class Steps:
    """The steps of `decisions/decide.py` between its reads and its commit."""

    customer: PartyState
    library: Library = field(default_factory=built_library)

    def parse(self, body: bytes) -> dict[str, Any]:
        return strict_json.load_object(body)

    def validate(self, document: dict[str, Any]) -> DataUseRequest:
        return DataUseRequest.read(document)

    def name(self, request: DataUseRequest) -> tuple[RequestRecord, dict[str, str]]:
        # The key table has the pseudonyms. Only the time to compute its keys counts here.
        people = {
            KEY.person_partition(person): role for person, role in request.named_people() if person
        }
        use_request = RequestRecord(
            decision_id=decision_id(request.customer, request.request_id),
            customer=request.customer,
            request_digest=KEY.digest(request.model_dump_json(exclude={"people"}).encode()),
            declared_by=KEY.pseudonym(request.declared_by),
            requested_by=KEY.pseudonym("queue"),
        )
        return use_request, people

    def stand(self, request: DataUseRequest, named: dict[str, str]) -> tuple[Facts, Evidence]:
        facts = Facts.from_request(request)
        customer = party_status(
            self.customer, facts, at=AT, invalidated_before=None, party=CUSTOMER_PARTY
        )
        people = (
            party_status(SILENT, facts, at=AT, invalidated_before=None, party=party, role=role)
            for party, role in named.items()
        )
        return facts, Evidence(customer, tuple(people))

    def evaluate(self, use_request: RequestRecord, facts: Facts, evidence: Evidence) -> Decision:
        policy_sets = BINDING.resolve(self.library)
        return build_decision(use_request, facts, evidence, BINDING, policy_sets, at=AT)

    def look_up(self, facts: Facts, evidence: Evidence) -> list[TableEntry]:
        """The rulings on one leaf for known statuses: the question that a policy engine gets."""
        leaf, customer = facts.data[0], evidence.customer.status_on(facts.data[0])
        people = evidence.people[0].status_on(leaf) if evidence.people else ConsentStatus.GRANTED
        use = facts.operation, facts.same_service, facts.model_owner
        tables = (self.library.policy_sets[name].versions[-1] for name in ("announced", "house"))
        return [table.entry(leaf, *use, customer, people) for table in tables]

    def encode(self, decision: Decision) -> bytes:
        return encode_row(decision)

    def whole(self, body: bytes) -> bytes:
        request = self.validate(self.parse(body))
        use_request, named = self.name(request)
        return self.encode(self.evaluate(use_request, *self.stand(request, named)))
