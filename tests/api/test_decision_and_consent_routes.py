"""The routes that decide, and that record and show consent."""

import json
from typing import Any

import pytest

from tests.testkit.api.fixtures import TUNE, Customer


def test_a_denial_gives_its_rule_and_what_would_allow(acme: Customer) -> None:
    answer = acme.send("POST", "/decisions", acme.request("r1"))

    assert answer.status == 201
    assert (answer.body["decision"], answer.body["outcome"]) == (False, "deny")
    assert answer.body["reasons"][0]["rules"] == ["announced.content-needs-consent"]
    assert answer.body["what_would_allow"] == [
        {
            "sentence": "needs the customer's consent on a form that covers earlier data to fine_tune "
            "for meeting_summary",
            "data": ["customer_content.audio"],
            "consents": [
                {"party": "customer", "use": TUNE, "covers_collected": True, "people": []}
            ],
            "new_request_id": False,
        }
    ]
    assert answer.body["expires_at"] is None


def test_a_grant_allows_and_a_withdrawal_denies_again(
    acme: Customer,
) -> None:
    acme.grants()
    allowed = acme.send("POST", "/decisions", acme.request("r1"))

    acme.withdraws("ben")
    redelivered = acme.send("POST", "/decisions", acme.request("r1"))
    another = acme.send("POST", "/decisions", acme.request("r2"))

    assert allowed.body["outcome"] == "allow"
    assert allowed.body["expires_at"] > allowed.body["at"]
    assert (redelivered.body["outcome"], redelivered.body["revision"]) == ("deny", 2)
    assert redelivered.body["decision_id"] == allowed.body["decision_id"]
    assert another.body["reasons"][0]["rules"] == ["house.no-use-on-refusal"]


def test_a_denial_gives_the_positions_of_the_people_who_block_it(acme: Customer) -> None:
    acme.grants()
    acme.withdraws("ben")
    people = [{"person": name, "role": "guest"} for name in ("ana", "ben", "cem")]
    first, again, another = (
        acme.send("POST", "/decisions", acme.request(request_id, people=listed)).body
        for request_id, listed in (("r1", people), ("r1", people[::-1]), ("r2", people[1:]))
    )

    def positions(body: dict[str, Any]) -> list[list[int]]:
        return [
            consent["people"] for each in body["what_would_allow"] for consent in each["consents"]
        ]

    assert positions(first) == positions(again) == [[1]]
    assert positions(another) == [[0]]


def test_a_repeated_denial_after_a_grant_says_that_a_new_request_id_is_needed(
    acme: Customer,
) -> None:
    denied = acme.send("POST", "/decisions", acme.request("r1")).body
    acme.grants()

    repeated = acme.send("POST", "/decisions", acme.request("r1")).body
    new = acme.send("POST", "/decisions", acme.request("r2")).body

    assert (denied["repeated"], repeated["repeated"], new["repeated"]) == (False, True, False)
    first, *others = repeated["what_would_allow"]
    assert first["new_request_id"]
    assert first["sentence"].startswith("this is the earlier answer")
    assert others == denied["what_would_allow"]
    assert new["outcome"] == "allow"


@pytest.mark.promise(3)
def test_the_same_request_twice_is_one_decision(acme: Customer) -> None:
    acme.grants()

    first = acme.send("POST", "/decisions", acme.request("r1"))
    second = acme.send("POST", "/decisions", acme.request("r1"))

    assert second.body == first.body | {"repeated": True}
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
    form = acme.send("POST", f"{acme.path}/forms", acme.form()).body["form_id"]
    own = {"consent_event_id": "a", "party": "customer", "kind": "grant"}
    grant = own | {"uses": [infer], "form_id": form}

    unsigned = acme.send(
        "POST", f"{acme.path}/consent-events", grant | {"data": ["customer_content"]}
    )
    decision = acme.send("POST", "/decisions", acme.request("r1", use=infer))

    assert [each["status"] for each in unsigned.body["statuses"]] == ["deemed"]
    assert decision.body["reasons"][0]["rules"] == ["announced.features-opt-in"]


def test_registering_a_form_twice_is_a_no_op_and_cannot_change_its_scope(
    acme: Customer,
) -> None:
    form = acme.form("May we?")
    first = acme.send("POST", f"{acme.path}/forms", form)

    again = acme.send("POST", f"{acme.path}/forms", form)
    widened = acme.send("POST", f"{acme.path}/forms", form | {"covers_collected": "from_grant"})

    assert first == again
    assert (widened.status, widened.body["error"]) == (409, "conflicting_id")


def test_a_document_without_an_id_gets_a_new_id_for_each_request(acme: Customer) -> None:
    decisions = [acme.send("POST", "/decisions", acme.request(None)).body for _ in range(2)]
    withdrawals = [
        acme.send("POST", f"{acme.path}/withdrawals", {"party": "customer"}).body for _ in range(2)
    ]

    assert decisions[0]["decision_id"] != decisions[1]["decision_id"]
    assert [each["version"] for each in withdrawals] == [1, 2]
    assert withdrawals[0]["consent_event_id"].startswith("api-")


def test_a_grant_must_have_an_id_since_a_retry_would_undo_a_withdrawal(acme: Customer) -> None:
    grant = {"party": "customer", "kind": "grant", "uses": [TUNE], "data": ["customer_content"]}

    answer = acme.send("POST", f"{acme.path}/consent-events", grant)

    assert (answer.status, answer.body["field"]) == (422, "consent_event_id")


@pytest.mark.promise(3)
@pytest.mark.parametrize(
    "api_id", ["JKJaXmPLvHcESHA=", "-_JaXmPLvHcESHA==", "0f1f9aa2-7b52-4d6e-9a3f-1f5c8a3d2b11"]
)
def test_a_redelivered_api_event_gives_one_decision_and_one_consent_event(
    acme: Customer, api_id: str
) -> None:
    acme.send("POST", "/decisions", acme.request(None))
    acme.send("POST", f"{acme.path}/withdrawals", {"party": "customer"})
    events = [delivery.event for delivery in acme.cloud.deliveries[-2:]]

    for event, function in zip(
        events, ("DecisionsHttpFunction", "ConsentHttpFunction"), strict=True
    ):
        event["requestContext"]["requestId"] = api_id
        first, again = (acme.cloud.invoke(function, event).payload for _ in range(2))

        assert (first["statusCode"], again["statusCode"]) == (201, 201)
        one, same = json.loads(first["body"]), json.loads(again["body"])
        if function == "DecisionsHttpFunction":
            assert (one.pop("repeated"), same.pop("repeated")) == (False, True)
            assert same["what_would_allow"].pop(0)["new_request_id"]
        assert one == same


def test_ids_in_a_path_or_query_may_be_percent_encoded(acme: Customer) -> None:
    acme.withdraws("ana@acme.example")
    decided = acme.send("POST", "/decisions", acme.request("r1")).body["decision_id"]

    plain = acme.send("GET", f"{acme.path}/consent?person=ana@acme.example")
    encoded = acme.send("GET", f"{acme.path}/consent?person=ana%40acme.example")
    decision = acme.send("GET", f"{acme.path}/decisions/{decided.replace('~', '%7E')}")

    assert plain.body | {"at": None} == encoded.body | {"at": None}
    assert len(plain.body["consent_events"]) == 1
    assert decision.body["request_record"]["decision_id"] == decided


def test_consent_statuses_are_shown_as_of_another_time(acme: Customer) -> None:
    acme.grants()
    acme.withdraws(None)
    (granted, withdrawn) = acme.send("GET", f"{acme.path}/consent?party=customer").body[
        "consent_events"
    ]

    then = acme.send("GET", f"{acme.path}/consent?party=customer&at={granted['at']}")
    now = acme.send("GET", f"{acme.path}/consent?party=customer&at={withdrawn['at']}")
    broken = acme.send("GET", f"{acme.path}/consent?party=customer&at=yesterday")

    assert [then.body["at"], then.body["version"]] == [granted["at"], 1]
    assert {each["status"] for each in then.body["statuses"]} == {"granted"}
    assert {each["status"] for each in now.body["statuses"]} == {"withdrawn"}
    assert (broken.status, broken.body["field"]) == (422, "at")


def test_a_decision_of_either_route_is_one_decision_with_one_location(acme: Customer) -> None:
    request = acme.request("r1")
    content = {name: value for name, value in request.items() if name != "customer"}
    claims = acme.claims()

    answers = [
        acme.cloud.http("POST", path, body, claims)
        for path, body in (("/decisions", request), (f"{acme.path}/decisions", content))
    ]

    locations = {each["headers"]["Location"] for each in answers}
    first, again = (json.loads(each["body"]) for each in answers)
    assert (first["repeated"], again["repeated"]) == (False, True)
    assert (first["decision_id"], first["at"]) == (again["decision_id"], again["at"])
    assert [each["statusCode"] for each in answers] == [201, 201]
    (location,) = locations
    shown = acme.send("GET", location).body["request_record"]["decision_id"]
    assert shown == json.loads(answers[0]["body"])["decision_id"]


@pytest.mark.parametrize(
    "route", ["decisions", "consent-events", "withdrawals", "forms", "keys", "erasures"]
)
def test_a_body_below_a_customers_path_may_not_name_a_customer(acme: Customer, route: str) -> None:
    answer = acme.send("POST", f"{acme.path}/{route}", {"customer": acme.id})

    assert (answer.status, answer.body["error"]) == (422, "invalid_request")
    assert "unknown field" in answer.body["problem"] or "contract" in answer.body["problem"]


@pytest.mark.parametrize(
    "query", ["person=", "person=a%0Ab", "person=a&person=b", "person=a&person=a", "persn=ana"]
)
def test_an_invalid_person_is_never_read_as_the_customer_itself(acme: Customer, query: str) -> None:
    acme.grants()

    answer = acme.send("GET", f"{acme.path}/consent?{query}")

    assert (answer.status, answer.body["error"]) == (422, "invalid_request")
