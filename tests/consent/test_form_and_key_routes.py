"""The routes of forms and signing keys: what is created can be read at its Location, and is listed."""

import json
from typing import Any

import pytest

from tests.testkit.api.fixtures import Customer
from tests.testkit.builders.event_signers import es256

KEY = {"jwk": es256().public.model_dump(exclude_none=True), "party": "customer"}


def created(acme: Customer, route: str, body: Any) -> tuple[Any, str]:
    """Create something; returns the answer and the Location."""
    answer = acme.cloud.http("POST", f"{acme.path}/{route}", body, acme.claims())
    assert answer["statusCode"] == 201, answer
    location: str = answer["headers"]["Location"]
    return json.loads(answer["body"]), location


def test_a_form_is_read_at_its_location_and_listed_without_its_text(acme: Customer) -> None:
    registered, location = created(acme, "forms", acme.form("May we?"))

    shown = acme.send("GET", location)
    listed = acme.send("GET", f"{acme.path}/forms")

    assert (shown.status, shown.body) == (200, registered)
    assert registered["text"] == "May we?"
    assert location == f"{acme.path}/forms/{registered['form_id']}"
    assert [form["form_id"] for form in listed.body["forms"]] == [registered["form_id"]]
    assert "text" not in listed.body["forms"][0]
    assert listed.body["next_page"] is None


def test_forms_are_listed_page_by_page(acme: Customer) -> None:
    ids = {created(acme, "forms", acme.form(f"? {n}"))[0]["form_id"] for n in range(3)}

    first = acme.send("GET", f"{acme.path}/forms?limit=2").body
    second = acme.send("GET", f"{acme.path}/forms?limit=2&page={first['next_page']}").body

    assert {form["form_id"] for form in first["forms"] + second["forms"]} == ids
    assert second["next_page"] is None


def test_a_key_is_read_at_its_location_also_after_it_is_revoked(acme: Customer) -> None:
    registered, location = created(acme, "keys", KEY)

    revoked = acme.send("POST", f"{location}/revoke")
    again = acme.send("POST", f"{location}/revoke")

    assert location == f"{acme.path}/keys/{es256().kid}"
    assert registered["revoked_at"] is None
    assert (revoked.status, revoked.body["kid"]) == (200, registered["kid"])
    assert revoked.body["revoked_at"] is not None
    assert again == revoked
    assert acme.send("GET", location).body == revoked.body
    assert acme.send("GET", f"{acme.path}/keys").body["keys"] == [revoked.body]


def test_a_key_of_a_person_shows_a_pseudonym(acme: Customer) -> None:
    registered, location = created(acme, "keys", KEY | {"party": {"person": "ana"}})

    again = acme.send("POST", f"{acme.path}/keys", KEY)

    assert "ana" not in json.dumps(registered)
    assert acme.send("GET", location).body["party"] == registered["party"] != "customer"
    assert (again.status, again.body["field"]) == (409, "jwk")


@pytest.mark.parametrize("party", [None, "", "ana", {}, {"person": None}, {"person": ""}, []])
def test_a_key_is_not_registered_without_its_party(acme: Customer, party: Any) -> None:
    answers = [
        acme.send("POST", f"{acme.path}/keys", KEY | {"party": party}),
        acme.send("POST", f"{acme.path}/keys", {"jwk": KEY["jwk"]}),
    ]

    assert {answer.status for answer in answers} == {422}
    assert all(answer.body["field"].startswith("party") for answer in answers)


def test_registering_a_revoked_key_again_does_not_restore_it(acme: Customer) -> None:
    _, location = created(acme, "keys", KEY)
    revoked = acme.send("POST", f"{location}/revoke").body

    again, _ = created(acme, "keys", KEY)

    assert again == revoked


def test_an_unknown_form_or_key_is_not_found(acme: Customer) -> None:
    for path in (f"forms/{'0' * 64}", f"keys/{'A' * 43}"):
        assert acme.send("GET", f"{acme.path}/{path}").status == 404
    assert acme.send("POST", f"{acme.path}/keys/{'A' * 43}/revoke").status == 404
