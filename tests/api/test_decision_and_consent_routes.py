"""The HTTP doors: what they answer, and what they refuse and how."""

import pytest

from tests.testkit.api.fixtures import TUNE, Customer


def test_a_denial_gives_its_rule_and_what_would_allow(acme: Customer) -> None:
    answer = acme.send("POST", "/decisions", acme.request("r1"))

    assert answer.status == 200
    assert (answer.body["decision"], answer.body["outcome"]) == (False, "deny")
    assert answer.body["reasons"][0]["rules"] == ["announced.content-needs-consent"]
    assert answer.body["what_would_allow"] == [
        "needs the customer's consent to fine_tune for meeting_summary"
    ]
    assert answer.body["expires_at"] is None


def test_a_grant_allows_and_a_withdrawal_denies_again(
    acme: Customer,
) -> None:
    acme.grants()
    allowed = acme.send("POST", "/decisions", acme.request("r1"))

    acme.withdraws("ben")
    redelivered = acme.send("POST", "/decisions", acme.request("r1"))
    anew = acme.send("POST", "/decisions", acme.request("r2"))

    assert allowed.body["outcome"] == "allow"
    assert allowed.body["expires_at"] > allowed.body["at"]
    assert (redelivered.body["outcome"], redelivered.body["revision"]) == ("deny", 2)
    assert redelivered.body["decision_id"] == allowed.body["decision_id"]
    assert anew.body["reasons"][0]["rules"] == ["house.no-training-on-refusal"]


@pytest.mark.promise(3)
def test_the_same_request_twice_is_one_decision(acme: Customer) -> None:
    acme.grants()

    first = acme.send("POST", "/decisions", acme.request("r1"))
    second = acme.send("POST", "/decisions", acme.request("r1"))

    assert first == second
    assert len(acme.decisions()) == 1


@pytest.mark.promise(3)
def test_a_reused_request_id_with_another_body_is_a_conflict(acme: Customer) -> None:
    acme.send("POST", "/decisions", acme.request("r1"))

    other = acme.send("POST", "/decisions", acme.request("r1", data=["service_generated"]))

    assert (other.status, other.body["error"], other.body["field"]) == (
        409,
        "conflicting_id",
        "request_id",
    )


@pytest.mark.promise(8)
def test_an_unsigned_opt_in_never_has_status_granted(acme: Customer) -> None:
    infer = {"operation": "infer", "service": "meeting_summary"}
    form = acme.send("POST", "/forms", acme.form()).body
    consent_event = {"consent_event_id": "a", "customer": acme.id, "kind": "grant", "uses": [infer]}

    unsigned = acme.send("POST", "/consents", consent_event | {"data": ["customer_content"]} | form)
    asked = acme.send("POST", "/decisions", acme.request("r1", use=infer))

    assert [each["status"] for each in unsigned.body["statuses"]] == ["deemed"]
    assert asked.body["reasons"][0]["rules"] == ["announced.features-opt-in"]


def test_registering_a_form_twice_is_a_no_op_and_cannot_change_its_scope(
    acme: Customer,
) -> None:
    form = acme.form("May we?")
    first = acme.send("POST", "/forms", form)

    again = acme.send("POST", "/forms", form)
    widened = acme.send("POST", "/forms", form | {"covers_collected": True})

    assert first == again
    assert (widened.status, widened.body["error"]) == (409, "conflicting_id")


def test_a_document_without_an_id_gets_a_new_id_for_each_request(acme: Customer) -> None:
    consent_event = {"customer": acme.id, "kind": "withdrawal", "uses": "all", "data": "all"}

    asked = [acme.send("POST", "/decisions", acme.request(None)).body for _ in range(2)]
    acted = [acme.send("POST", "/consents/withdraw", consent_event).body for _ in range(2)]

    assert asked[0]["decision_id"] != asked[1]["decision_id"]
    assert [each["version"] for each in acted] == [1, 2]
    assert acted[0]["consent_event_id"].startswith("api-")


def test_a_grant_must_have_an_id_since_a_retry_would_undo_a_withdrawal(acme: Customer) -> None:
    consent_event = {
        "customer": acme.id,
        "kind": "grant",
        "uses": [TUNE],
        "data": ["customer_content"],
    }

    answer = acme.send("POST", "/consents", consent_event)

    assert (answer.status, answer.body["field"]) == (422, "consent_event_id")


@pytest.mark.promise(3)
@pytest.mark.parametrize(
    "api_id", ["JKJaXmPLvHcESHA=", "-_JaXmPLvHcESHA==", "0f1f9aa2-7b52-4d6e-9a3f-1f5c8a3d2b11"]
)
def test_a_redelivered_api_event_gives_one_decision_and_one_consent_event(
    acme: Customer, api_id: str
) -> None:
    asked, acted = acme.request(None), {"customer": acme.id, "kind": "withdrawal"}
    acme.send("POST", "/decisions", asked)
    acme.send("POST", "/consents/withdraw", acted | {"uses": "all", "data": "all"})
    events = [delivery.event for delivery in acme.cloud.deliveries[-2:]]

    for event, door in zip(events, ("DecisionsHttpFunction", "ConsentHttpFunction"), strict=True):
        event["requestContext"]["requestId"] = api_id
        first, again = (acme.cloud.invoke(door, event).payload for _ in range(2))

        assert first["statusCode"] == 200
        assert first == again


def test_ids_in_a_path_may_be_percent_encoded(acme: Customer) -> None:
    acme.withdraws("ana@acme.example")
    decided = acme.send("POST", "/decisions", acme.request("r1")).body["decision_id"]

    plain = acme.send("GET", f"/consents/{acme.id}/ana@acme.example")
    encoded = acme.send("GET", f"/consents/{acme.id}/ana%40acme.example")
    decision = acme.send("GET", f"/decisions/{decided.replace('~', '%7E')}")

    assert plain.body | {"at": None} == encoded.body | {"at": None}
    assert len(plain.body["consent_events"]) == 1
    assert decision.body["request_record"]["decision_id"] == decided


def test_consent_statuses_are_shown_as_of_another_time(acme: Customer) -> None:
    acme.grants()
    acme.withdraws(None)
    (granted, withdrawn) = acme.send("GET", f"/consents/{acme.id}").body["consent_events"]

    then = acme.send("GET", f"/consents/{acme.id}?at={granted['at']}")
    now = acme.send("GET", f"/consents/{acme.id}?at={withdrawn['at']}")
    broken = acme.send("GET", f"/consents/{acme.id}?at=yesterday")

    assert [then.body["at"], then.body["version"]] == [granted["at"], 1]
    assert {each["status"] for each in then.body["statuses"]} == {"granted"}
    assert {each["status"] for each in now.body["statuses"]} == {"withdrawn"}
    assert (broken.status, broken.body["field"]) == (422, "at")
