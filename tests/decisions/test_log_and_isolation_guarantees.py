"""Promises 6 to 9: decisions are recomputable, customers are isolated, and rows have no identifiers."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from consentry.consent.consent_event import NamedPerson
from consentry.consent.get_consent import get_consent
from consentry.decisions.decision import Decision, reevaluate
from consentry.kernel.authorization import EVERY_PERMISSION, Caller
from consentry.kernel.errors import ConsentryError, ForbiddenCustomerError, InvalidRequestError
from consentry.kernel.requests import DataUseRequest
from consentry.kernel.vocabulary import ConsentStatus
from tests.testkit.builders.dependencies import (
    ACME,
    FORM,
    NOW,
    FakeDependencies,
    consent_event,
    use_request,
)
from tests.testkit.fakes.dynamodb import FakeDynamoDB
from tests.testkit.fakes.dynamodb_tables import CONSENTS, DECISIONS

GLOBEX = "globex"
CANARIES = ("ann.canary", "r-canary", "declarant.canary", "pipeline.canary", "ad.canary")


def stored(deps: FakeDependencies, decision_id: str) -> Decision:
    found = deps.decisions.latest(decision_id)
    assert isinstance(found, Decision)
    return found


@pytest.mark.promise(6)
def test_every_decision_reevaluates_equal_from_its_log_row(deps: FakeDependencies) -> None:
    answers = [
        deps.decide(use_request()),
        deps.decide(use_request("r-2", model_owner="third_party")),
        deps.decide(use_request("r-3", people=[])),
    ]
    deps.record(consent_event("w", "withdrawal"))
    answers += [deps.decide(use_request()), deps.decide(use_request("r-4"))]

    for answer in answers[1:]:  # The first was revised since.
        row = stored(deps, answer.decision_id)
        assert row == answer == reevaluate(row, deps.library)


@pytest.mark.promise(6)
def test_reevaluation_detects_altered_inputs_in_a_log_row(deps: FakeDependencies) -> None:
    deps.record(consent_event("no", "refusal", person="ann"))
    denied = deps.decide(use_request())
    (ann,) = denied.evidence.people
    cleared = replace(ann, statuses=dict.fromkeys(denied.facts.data, ConsentStatus.GRANTED))

    altered = replace(denied, evidence=replace(denied.evidence, people=(cleared,)))

    assert reevaluate(altered, deps.library) != altered


@pytest.mark.promise(7)
def test_a_caller_gets_answers_only_for_its_own_customers(deps: FakeDependencies) -> None:
    deps.caller = Caller.allowed("admin", GLOBEX, EVERY_PERMISSION)

    with pytest.raises(ForbiddenCustomerError):
        deps.decide(use_request())
    with pytest.raises(ForbiddenCustomerError):
        deps.record(consent_event("w", "withdrawal"))
    with pytest.raises(ForbiddenCustomerError):
        get_consent(ACME, "customer", as_of=None, caller=deps.caller, at=NOW, deps=deps)


@pytest.mark.promise(7)
def test_nothing_is_read_or_written_before_authorization(deps: FakeDependencies) -> None:
    class Untouched:
        def __getattr__(self, name: str) -> Any:
            raise AssertionError(f"{name} was used")

    unauthorized = FakeDependencies(Untouched(), caller=Caller.allowed("caller", ""))

    for use_case in (
        lambda: unauthorized.decide(use_request()),
        lambda: unauthorized.record(consent_event("w", "withdrawal")),
    ):
        with pytest.raises(ForbiddenCustomerError):
            use_case()


@pytest.mark.promise(7)
def test_one_customers_events_change_no_answer_of_another(deps: FakeDependencies) -> None:
    deps.consents.register(FORM.model_copy(update={"customer": GLOBEX}), at=NOW)
    before = deps.decide(use_request("r-1"))

    for kind in ("refusal", "withdrawal"):
        for person in (None, "ann"):
            event = consent_event(f"{kind}{person}", kind, person=person, uses="all", data="all")
            deps.record(event.model_copy(update={"customer": GLOBEX}), at=NOW)

    assert deps.decide(use_request("r-1")) == before
    assert deps.decide(use_request("r-2")).allows
    assert not deps.decide(use_request("r-1", customer=GLOBEX)).allows


@pytest.mark.promise(7)
def test_every_dynamodb_key_begins_with_its_customer(
    deps: FakeDependencies, client: FakeDynamoDB
) -> None:
    deps.record(consent_event("w", "withdrawal", person="ann"))
    deps.decide(use_request())

    for table in (CONSENTS, DECISIONS):
        assert client.tables[table].items
        assert all(pk.split("#")[0] == ACME for pk, _ in client.tables[table].items)


@pytest.mark.promise(8)
@pytest.mark.parametrize(
    "statement",
    [{"consent": "granted"}, {"statuses": {"customer": "granted"}}, {"at": "2020"}],
    ids=repr,
)
def test_a_request_cannot_state_consent(statement: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequestError):
        DataUseRequest.read(use_request().model_dump(mode="json") | statement)


@pytest.mark.promise(8)
def test_only_stored_consent_events_count(client: FakeDynamoDB) -> None:
    assert not FakeDependencies(client).decide(use_request("before")).allows

    FakeDependencies(client).grant()

    assert FakeDependencies(client).decide(use_request("after")).allows


@pytest.mark.promise(9)
def test_no_stored_row_contains_a_direct_identifier(client: FakeDynamoDB) -> None:
    deps = FakeDependencies(client, caller=Caller.allowed("pipeline.canary", "*", EVERY_PERMISSION))
    deps.grant(consent_event_id="granted")
    deps.record(consent_event("his", "refusal", person="ann.canary"))
    deps.record(consent_event("hers", "withdrawal", person="ad.canary"))
    people = {"person": "ann.canary", "role": "speaker"}, {"person": "ad.canary", "role": "host"}
    deps.decide(use_request("r-canary", people=list(people), declared_by="declarant.canary"))
    guardian = {"who": "gil.canary", "authority": "guardian"}
    typed = {"signature": "typed_name", "typed_name": "Ann Canary.canary"}
    deps.record(
        consent_event("typed", "refusal", person="ann.canary", representative=guardian, **typed)
    )
    details = get_consent(
        ACME, NamedPerson(person="ann.canary"), as_of=None, caller=deps.caller, at=NOW, deps=deps
    )

    rows = repr(client.snapshot()) + repr(details)

    assert not [canary for canary in CANARIES if canary in rows]


@pytest.mark.promise(9)
def test_no_error_repeats_a_callers_values(deps: FakeDependencies) -> None:
    late = {"at": (NOW + timedelta(days=1)).isoformat(), "by_service": "general"}
    deps.decide(use_request("r-canary"))
    use_cases = (
        lambda: deps.decide(use_request("r-canary", declared_by="declarant.canary")),
        lambda: deps.decide(use_request("late.canary", collected=late)),
        lambda: deps.record(consent_event("his", "grant", person="ann.canary", form_id="0" * 64)),
    )

    for use_case in use_cases:
        with pytest.raises(ConsentryError) as raised:
            use_case()
        assert "canary" not in repr(raised.value)
