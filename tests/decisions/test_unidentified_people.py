"""A person whose label is a placeholder is unidentified, in a single decision as in a screening."""

import json
from typing import Any

import pytest

from consentry.audit.audit_row import decode_row, encode_row
from consentry.decisions.decision import Decision, reevaluate
from consentry.kernel.errors import ConflictingIdError, InvalidRequestError
from consentry.kernel.vocabulary import ConsentStatus
from tests.testkit.api.fixtures import Customer, bus_event, sqs_batch
from tests.testkit.builders.dependencies import (
    FakeDependencies,
    consent_event,
    library,
    use_request,
)

RULE = "house.no-improvement-on-unidentified-people"
INFER = {"operation": "infer", "service": "meeting_summary"}


def people(*labels: str, role: str = "speaker") -> list[dict[str, str]]:
    return [{"person": label, "role": role} for label in labels]


def rules(decision: Decision) -> set[str]:
    return {rule for reason in decision.reasons for rule in reason.rules}


@pytest.mark.parametrize("named", [("SPEAKER_00",), ("ann", "SPEAKER_00"), ("unknown", "spk1")])
def test_a_label_of_a_diarisation_tool_denies_as_an_unidentified_person(
    deps: FakeDependencies, named: tuple[str, ...]
) -> None:
    decision = deps.decide(use_request(people=people(*named)))

    assert not decision.allows
    assert RULE in rules(decision)
    (suggestion,) = decision.what_would_allow
    assert "who must be named" in suggestion.sentence


def test_an_unidentified_person_does_not_stop_a_feature_of_the_customer(
    deps: FakeDependencies,
) -> None:
    deps.record(consent_event("infer", "grant", uses=[INFER]))

    with_label = deps.decide(use_request(people=people("ann", "SPEAKER_00"), use=INFER))
    without = deps.decide(use_request("r-2", people=people("ann"), use=INFER))

    assert with_label.outcome == without.outcome
    assert RULE not in rules(with_label)


def test_a_withdrawal_next_to_a_placeholder_still_counts(deps: FakeDependencies) -> None:
    deps.record(consent_event("infer", "grant", uses=[INFER]))
    deps.record(consent_event("w", "withdrawal", person="ann", uses=[INFER]))

    decision = deps.decide(use_request(people=people("SPEAKER_00", "ann"), use=INFER))

    assert "house.no-use-on-refusal" in rules(decision)
    assert [each.statuses["customer_content.audio"] for each in decision.evidence.people] == [
        ConsentStatus.UNIDENTIFIED,
        ConsentStatus.WITHDRAWN,
    ]


def test_a_consent_event_in_the_name_of_a_placeholder_changes_no_decision(
    deps: FakeDependencies,
) -> None:
    before = deps.decide(use_request(people=people("SPEAKER_00")))
    deps.record(consent_event("w", "withdrawal", person="SPEAKER_00"))

    after = deps.decide(use_request("r-2", people=people("SPEAKER_00")))

    assert after.evidence.people == before.evidence.people


def test_the_placeholders_of_a_request_replace_the_default_ones(deps: FakeDependencies) -> None:
    request = {"placeholders": ["voice [0-9]+"]}

    assert deps.decide(use_request("1", people=people("SPEAKER_00"), **request)).allows
    assert deps.decide(use_request("2", people=people("my voice 7"), **request)).allows
    assert not deps.decide(use_request("3", people=people("voice 7"), **request)).allows


@pytest.mark.parametrize("pattern", ["(", "a)|(b", "(?=a)", "a{2000}", "((a){99}){99}", ""])
def test_a_placeholder_that_is_no_pattern_is_an_error(pattern: str) -> None:
    with pytest.raises(InvalidRequestError, match=r"placeholders\.0"):
        use_request(placeholders=[pattern])


def test_a_placeholder_gets_no_pseudonym(deps: FakeDependencies) -> None:
    people_of_log = deps.decide(use_request(people=people("SPEAKER_00"))).evidence.people

    assert [(each.party, each.role) for each in people_of_log] == [("", "speaker")]


@pytest.mark.promise(3)
def test_the_same_request_id_with_other_unidentified_roles_is_a_conflict(
    deps: FakeDependencies,
) -> None:
    first = deps.decide(use_request(people=people("ann", "SPEAKER_00")))

    assert deps.decide(use_request(people=people("ann", "SPEAKER_00"))) == first
    for other in (people("ann"), people("SPEAKER_00"), people("ann", "SPEAKER_00", role="host")):
        with pytest.raises(ConflictingIdError):
            deps.decide(use_request(people=other))


@pytest.mark.promise(6)
def test_a_decision_with_unidentified_people_can_be_computed_again(deps: FakeDependencies) -> None:
    named = people("SPEAKER_00", "ann") + people("SPEAKER_01", role="host")

    decision = deps.decide(use_request(people=named))

    stored = decode_row(encode_row(decision))
    assert isinstance(stored, Decision)
    assert reevaluate(stored, library()) == decision
    assert sum(person.is_unidentified for person in stored.evidence.people) == 2


def test_every_trigger_treats_a_placeholder_as_an_unidentified_person(acme: Customer) -> None:
    acme.grants()
    labelled: dict[str, Any] = {"people": people("SPEAKER_00", role="host")}

    acme.send("POST", f"{acme.path}/decisions", without_customer(acme.request("http", **labelled)))
    acme.send("POST", "/decisions", acme.request("any", **labelled))
    acme.cloud.invoke("DecisionsBusFunction", bus_event(acme.request("bus", **labelled)))
    queued = json.dumps(acme.request("queue", **labelled))
    acme.cloud.invoke("DecisionsQueueFunction", sqs_batch(queued))
    acme.cloud.invoke("DecisionsTaskFunction", acme.request("task", **labelled))

    denied = acme.decisions()
    assert len(denied) == 5
    assert all(RULE in str(row["reasons"]) for row in denied)


def without_customer(request: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in request.items() if name != "customer"}
