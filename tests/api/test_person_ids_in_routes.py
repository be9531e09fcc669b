"""Any text of a customer as the id of a person: it consents, is shown, is decided on and is erased."""

from urllib.parse import quote

import pytest

from tests.testkit.api.fixtures import Customer

PEOPLE = [
    "auth0|5f7c",
    "o'brien@x.example",
    "José",
    "aGk==",
    "Smith, Ann",
    "a+b&c=d#e%2F/é?",
    "-",
    "🙂",
]


@pytest.mark.parametrize("person", PEOPLE)
def test_a_person_with_any_id_withdraws_and_only_they_are_denied(
    acme: Customer, person: str
) -> None:
    acme.grants()
    allowed = acme.send("POST", "/decisions", _request(acme, "r1", person)).body["outcome"]

    acme.withdraws(person)

    denied = acme.send("POST", "/decisions", _request(acme, "r2", person)).body["outcome"]
    other = acme.send("POST", "/decisions", _request(acme, "r3", f"{person}.")).body["outcome"]
    assert (allowed, denied, other) == ("allow", "deny", "allow")


@pytest.mark.parametrize("person", PEOPLE)
def test_a_percent_encoded_id_in_a_query_is_exactly_that_person(
    acme: Customer, person: str
) -> None:
    acme.withdraws(person)

    shown = acme.send("GET", f"{acme.path}/consent?person={quote(person, safe='')}").body
    first = acme.send(
        "GET", f"{acme.path}/consent?person={quote(person[:-1] or 'x', safe='')}"
    ).body

    assert len(shown["consent_events"]) == 1
    assert first["consent_events"] == []


def test_a_person_with_any_id_is_erased(acme: Customer) -> None:
    for person in PEOPLE:
        acme.withdraws(person)
        erased = acme.send("POST", f"{acme.path}/erasures", {"party": {"person": person}})
        assert erased.status == 200


def test_an_integer_is_the_person_of_its_digits(acme: Customer) -> None:
    withdrawn = acme.send("POST", f"{acme.path}/withdrawals", {"party": {"person": 1042}})

    assert withdrawn.status == 201
    shown = acme.send("GET", f"{acme.path}/consent?person=1042").body
    assert len(shown["consent_events"]) == 1


def _request(acme: Customer, request_id: str, person: str) -> dict[str, object]:
    # "-" is the label of unidentified people, unless the request says otherwise.
    named = {"people": [{"person": person, "role": "speaker"}], "placeholders": []}
    return acme.request(request_id) | named
