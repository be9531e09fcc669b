"""A consent event states its party: a missing or empty value never means the customer, or everybody."""

from typing import Any

import pytest

from consentry.consent.consent_event import ConsentEvent, read_party
from consentry.kernel.errors import InvalidRequestError
from consentry.privacy.erasure import Erasure
from tests.testkit.api.fixtures import TUNE, Customer

GRANT = {"consent_event_id": "g", "kind": "grant", "uses": [TUNE], "data": ["customer_content"]}

UNSTATED: dict[str, dict[str, Any]] = {
    "no party": {},
    "a null party": {"party": None},
    "a null person": {"party": {"person": None}},
    "an empty person": {"party": {"person": ""}},
    "a party without a person": {"party": {}},
    "a person as text": {"party": "ana"},
    "an empty party": {"party": ""},
    "two persons": {"party": ["ana", "ben"]},
    "customer as a person's field": {"party": {"customer": True}},
    "another case": {"party": "Customer"},
}


@pytest.mark.parametrize("stated", UNSTATED.values(), ids=UNSTATED)
@pytest.mark.parametrize("kind", ["grant", "refusal", "withdrawal"])
def test_a_consent_event_without_a_stated_party_is_rejected(
    kind: str, stated: dict[str, Any]
) -> None:
    with pytest.raises(InvalidRequestError) as rejected:
        ConsentEvent.read(GRANT | {"customer": "acme", "kind": kind} | stated)

    assert str(rejected.value).startswith("party")


def test_the_field_of_earlier_versions_is_rejected() -> None:
    with pytest.raises(InvalidRequestError):
        ConsentEvent.read(GRANT | {"customer": "acme", "party": "customer", "person": None})


@pytest.mark.parametrize("stated", ["customer", None, {"person": None}, {}], ids=str)
def test_an_erasure_names_a_person(stated: Any) -> None:
    with pytest.raises(InvalidRequestError, match=r"^party"):
        Erasure.read({"erasure_id": "e", "customer": "acme", "party": stated})


@pytest.mark.parametrize("route", ["consent-events", "withdrawals", "erasures"])
def test_no_route_records_an_event_without_a_party(acme: Customer, route: str) -> None:
    body: dict[str, Any] = {} if route == "erasures" else GRANT
    if route == "withdrawals":
        body = GRANT | {"kind": "withdrawal"}

    answers = [
        acme.send("POST", f"{acme.path}/{route}", body | stated) for stated in UNSTATED.values()
    ]

    assert {(answer.status, answer.body["field"].split(".")[0]) for answer in answers} == {
        (422, "party")
    }
    shown = acme.send("GET", f"{acme.path}/consent?party=customer")
    assert shown.body["consent_events"] == []


@pytest.mark.parametrize(
    ("party", "person"),
    [(None, None), ("customer", "ana"), ("", None), ("ana", None), (None, "")],
)
def test_a_query_names_exactly_one_party(party: str | None, person: str | None) -> None:
    with pytest.raises(InvalidRequestError):
        read_party(party, person)


def test_consent_without_a_party_in_the_query_is_an_error(acme: Customer) -> None:
    answer = acme.send("GET", f"{acme.path}/consent")

    assert (answer.status, answer.body["field"]) == (422, "party")


def test_a_null_end_is_not_an_endless_grant(acme: Customer) -> None:
    grant = GRANT | {"party": "customer", "until": None}

    answer = acme.send("POST", f"{acme.path}/consent-events", grant)

    assert (answer.status, answer.body["field"]) == (422, "until")
