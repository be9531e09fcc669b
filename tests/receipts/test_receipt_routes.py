"""Receipts over HTTP: told where with each act, as a document or a page by what is asked for."""

import json
from typing import Any

import pytest

from consentry.receipts.templates.receipt_page import PERSON as ID
from functions.adapters.content_negotiation import prefers_html
from tests.testkit.api.fixtures import Customer
from tests.testkit.html_pages import page_heading, sections, words
from tests.testkit.receipt_shapes import conforms

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
PERSON = "ana.ruiz@acme.example"


@pytest.mark.parametrize(
    ("accept", "page"),
    [
        (BROWSER, True),
        ("text/html", True),
        ("text/*", True),
        ("TEXT/HTML;charset=utf-8", True),
        ("text/html;q=0.9, application/ld+json;q=0.8", True),
        ("text/html, application/ld+json", False),
        ("text/html;q=0", False),
        ("text/html;q=nan", False),
        ("text/html;q=2", False),
        ("text/html;q", True),
        ("application/ld+json", False),
        ("*/*", False),
        ("", False),
        (",;,=;q=", False),
        ("image/png", False),
    ],
)
def test_the_accept_header_chooses_between_page_and_document(accept: str, page: bool) -> None:
    assert prefers_html(accept) is page


def test_recording_a_consent_event_returns_its_receipt_url(acme: Customer) -> None:
    refusal = {"consent_event_id": "no", "customer": acme.id, "person": PERSON, "kind": "refusal"}
    kept = acme.send("POST", "/consents", refusal | {"uses": "all", "data": "all"}).body
    withdrawal = refusal | {
        "kind": "withdrawal",
        "consent_event_id": "w",
        "uses": "all",
        "data": "all",
    }
    withdrawn = acme.send("POST", "/consents/withdraw", withdrawal).body

    documents = [acme.send("GET", each["receipt"]) for each in (kept, withdrawn)]

    assert [each.status for each in documents] == [200, 200]
    assert all(conforms(each.body)[0] for each in documents)
    assert PERSON not in json.dumps([kept, withdrawn]) + json.dumps([d.body for d in documents])


def test_one_receipt_url_serves_the_document_and_the_page(acme: Customer) -> None:
    acme.grants()
    place = f"/receipts/{acme.id}/customer/grant"

    document, page = (
        acme.cloud.http("GET", place, None, acme.claims(), {"accept": accept})
        for accept in ("application/ld+json", BROWSER)
    )

    kinds = [each["headers"]["Content-Type"] for each in (document, page)]
    assert kinds == ["application/ld+json", "text/html; charset=utf-8"]
    assert conforms(document["body"])[0]
    assert page_heading(page["body"]) == "Consent given"
    for each in (document, page):
        assert (each["headers"]["Cache-Control"], each["headers"]["Vary"]) == ("no-store", "Accept")
        assert each["headers"]["Content-Security-Policy"].startswith("default-src 'none'")


def test_a_missing_or_forbidden_receipt_gives_the_standard_errors(
    acme: Customer, globex: Customer
) -> None:
    acme.grants()
    place = f"/receipts/{acme.id}/customer/grant"

    foreign = acme.send("GET", place, claims=globex.claims())
    missing = acme.send("GET", f"/receipts/{acme.id}/customer/other")
    nobody = acme.send("GET", f"/receipts/{acme.id}/{'a' * 26}/grant")
    early = acme.send("GET", f"{place}?at=2020-01-01T00:00:00Z")

    assert (foreign.status, foreign.body["error"]) == (403, "forbidden_customer")
    assert [each.status for each in (missing, nobody, early)] == [404] * 3
    assert missing.body == nobody.body == early.body


@pytest.mark.promise(7)
def test_another_customers_events_do_not_change_a_receipt(acme: Customer, globex: Customer) -> None:
    acme.grants()
    place = f"/receipts/{acme.id}/customer/grant"
    alone = acme.send("GET", place).body

    globex.grants()
    globex.withdraws(None)

    assert acme.send("GET", place).body == alone


def printed(page: str) -> tuple[str, str, str]:
    """How to withdraw, as a receipt's page says it: method, route and body."""
    *_, call, body = (words(each) for each in sections(page)["withdrawal"].iter("code"))
    method, _, route = call.partition(" ")
    return method, route, body


@pytest.mark.parametrize("person", [PERSON, None], ids=["person", "customer"])
def test_following_the_withdrawal_instructions_of_a_receipt_page_withdraws(
    acme: Customer, person: str | None
) -> None:
    acme.grants()
    granted = {"consent_event_id": "hers", "customer": acme.id, "kind": "grant", "person": person}
    said = {"uses": [{"operation": "fine_tune", "service": "general"}], "data": ["public_web"]}
    kept = acme.send("POST", "/consents", granted | said).body

    page = acme.cloud.http("GET", kept["receipt"], None, acme.claims(), {"accept": BROWSER})
    method, route, body = printed(page["body"])
    withdrawn = acme.send(method, route, json.loads(body.replace(ID, PERSON)))

    assert withdrawn.status == 200
    own, hers = (acme.send("GET", f"/consents/{acme.id}{of}").body for of in ("", f"/{PERSON}"))
    assert [stands(own), stands(hers)] == (
        [{"granted"}, {"withdrawn"}] if person else [{"withdrawn"}, set()]
    )


def stands(shown: dict[str, Any]) -> set[str]:
    return {each["status"] for each in shown["statuses"]}
