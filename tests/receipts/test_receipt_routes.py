"""The receipt route: a document or a page, as the client accepts; every consent event names its receipt."""

import json
from typing import Any

import pytest

from consentry.receipts.receipt_page import PERSON as ID
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
        ("text/html;q=0.5, application/json;q=0.1, application/ld+json;q=0.9", False),
        ("text/html;q=0.5, application/ld+json;q=0.9, application/json;q=0.1", False),
        ("text/html, text/html;q=0, application/json;q=0.5", True),
        ("text/html;q=1.0000", False),
        ("text/html;q=1e0", False),
        ("text/html;q=.9", False),
        ("text/html;q=0.001", True),
        ('image/png;x="a,text/html"', False),
        ('text/html;x="a,b"', True),
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
    refusal = {"consent_event_id": "no", "party": {"person": PERSON}, "kind": "refusal"}
    everything = {"uses": "all", "data": "all"}
    refused = acme.send("POST", f"{acme.path}/consent-events", refusal | everything).body
    withdrawal = {"consent_event_id": "w", "party": {"person": PERSON}}
    withdrawn = acme.send("POST", f"{acme.path}/withdrawals", withdrawal).body

    documents = [acme.send("GET", each["receipt"]) for each in (refused, withdrawn)]

    assert [each.status for each in documents] == [200, 200]
    assert all(conforms(each.body)[0] for each in documents)
    assert PERSON not in json.dumps([refused, withdrawn, [d.body for d in documents]])


def test_one_receipt_url_serves_the_document_and_the_page(acme: Customer) -> None:
    acme.grants()
    path = f"{acme.path}/receipts/customer/grant"

    document, page = (
        acme.cloud.http("GET", path, None, acme.claims(), {"accept": accept})
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
    path = f"{acme.path}/receipts/customer/grant"

    forbidden = acme.send("GET", path, claims=globex.claims())
    missing = acme.send("GET", f"{acme.path}/receipts/customer/other")
    unknown = acme.send("GET", f"{acme.path}/receipts/{'a' * 26}/grant")
    early = acme.send("GET", f"{path}?at=2020-01-01T00:00:00Z")

    assert (forbidden.status, forbidden.body["error"]) == (403, "forbidden_customer")
    assert [each.status for each in (missing, unknown, early)] == [404] * 3
    assert missing.body == unknown.body == early.body


@pytest.mark.promise(7)
def test_another_customers_events_do_not_change_a_receipt(acme: Customer, globex: Customer) -> None:
    acme.grants()
    path = f"{acme.path}/receipts/customer/grant"
    alone = acme.send("GET", path).body

    globex.grants()
    globex.withdraws(None)

    assert acme.send("GET", path).body == alone


def instructions(page: str) -> tuple[str, str, str]:
    """The withdrawal call that a receipt page describes: method, route and body."""
    *_, call, body = (words(each) for each in sections(page)["withdrawal"].iter("code"))
    method, _, route = call.partition(" ")
    return method, route, body


@pytest.mark.parametrize("person", [PERSON, None], ids=["person", "customer"])
def test_following_the_withdrawal_instructions_of_a_receipt_page_withdraws(
    acme: Customer, person: str | None
) -> None:
    acme.grants()
    grant = {
        "consent_event_id": "anas",
        "kind": "grant",
        "party": {"person": person} if person else "customer",
    }
    scope = {"uses": [{"operation": "fine_tune", "service": "general"}], "data": ["public_web"]}
    granted = acme.send("POST", f"{acme.path}/consent-events", grant | scope).body

    page = acme.cloud.http("GET", granted["receipt"], None, acme.claims(), {"accept": BROWSER})
    method, route, body = instructions(page["body"])
    withdrawn = acme.send(method, route, json.loads(body.replace(ID, PERSON)))

    assert withdrawn.status == 201
    customer, ana = (
        acme.send("GET", f"{acme.path}/consent{of}").body
        for of in ("?party=customer", f"?person={PERSON}")
    )
    assert [statuses(customer), statuses(ana)] == (
        [{"granted"}, {"withdrawn"}] if person else [{"withdrawn"}, set()]
    )


def statuses(shown: dict[str, Any]) -> set[str]:
    return {each["status"] for each in shown["statuses"]}
