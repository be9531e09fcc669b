"""The receipt page: a form's text is shown as text, in its own language, and the page explains withdrawal."""

import re
from datetime import timedelta
from typing import Any

import pytest

from consentry.consent.consent_event import ConsentEvent
from consentry.receipts.receipt_page import render_receipt_page
from tests.testkit.builders.dependencies import FINE_TUNE, FORM, NOW, consent_event
from tests.testkit.builders.receipts import (
    ASSENT,
    GRANT,
    LATER,
    REFUSAL,
    SIGNED,
    WITHDRAWAL,
    receipt_after,
)
from tests.testkit.html_pages import Tags, page_heading, parsed, sections, words

HOSTILE = [
    '"><script>alert(1)</script>',
    "</div></style><img src=x onerror=alert(1)>",
    "<!--", "]]>", "&lt;&amp;", "a\x00b\x1b[2J\u202e\r\n\t",
    "<p>" * 33_333,
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:9].encode().hex())
def test_the_form_text_is_escaped_on_the_receipt_page(text: str) -> None:
    page = render_receipt_page(receipt_after(GRANT, form=FORM.model_copy(update={"text": text}))[0])

    assert Tags(page).tags == Tags(render_receipt_page(receipt_after(GRANT)[0])).tags
    shown = re.sub(r"[\x00\x1b]", "\ufffd", text)
    assert " ".join(shown.split()) in words(sections(page)["wording"])
    assert "script" not in {tag.split()[0] for tag in Tags(page).tags}


@pytest.mark.parametrize(
    ("locale", "declared"),
    [("de", "de"), ("pt-BR", "pt-BR"), ("de_DE", None), ("x@y", None), ("a", None)],
)
def test_the_form_text_declares_its_language_if_valid(locale: str, declared: str | None) -> None:
    page = render_receipt_page(
        receipt_after(GRANT, form=FORM.model_copy(update={"locale": locale}))[0]
    )

    (wording,) = (part for part in parsed(page).iter("div") if part.get("class") == "wording")
    assert wording.get("lang") == declared
    assert parsed(page).get("lang") == "en"


@pytest.mark.parametrize(
    "consent_event",
    [GRANT, ASSENT, REFUSAL, WITHDRAWAL],
    ids=["grant", "unsigned grant", "refusal", "withdrawal"],
)
def test_the_receipt_page_explains_withdrawal_and_loads_nothing_external(
    consent_event: ConsentEvent,
) -> None:
    page = render_receipt_page(receipt_after(consent_event)[0])

    person, _, administrator = words(sections(page)["withdrawal"]).partition("For administrators")
    quoted = consent_event.consent_event_id
    assert f"Ask acme to withdraw it, and quote the consent event {quoted}." in person
    assert "POST" not in person
    assert "POST /customers/acme/withdrawals" in administrator
    assert '"person": "PERSON-ID"' in administrator
    assert '"kind": "withdrawal", "uses": "all", "data": "all"' in administrator
    assert "//" not in page
    assert not {part.tag for part in parsed(page).iter()} & {"script", "link", "img", "form", "a"}


def test_the_receipt_page_starts_with_the_event_and_its_current_status() -> None:
    given, withdrawn, unsigned, refused = (
        render_receipt_page(receipt_after(*consent_events)[0])
        for consent_events in ((GRANT,), (GRANT, WITHDRAWAL), (ASSENT,), (REFUSAL,))
    )

    assert [page_heading(page) for page in (given, withdrawn, unsigned, refused)] == [
        "Consent given",
        "Consent given, then withdrawn",
        "Consent given",
        "Consent refused",
    ]
    assert "There is consent to the uses below, until you withdraw it." in words(parsed(given))
    assert "This event gave consent. It is no longer valid" in words(parsed(withdrawn))
    assert "it is deemed consent, not express consent" in words(parsed(unsigned))
    assert "There is no consent to the uses below" in words(parsed(refused))
    assert "To let features continue, withdraw only the uses that train a model." in words(
        parsed(given)
    )


UNTIL = consent_event(
    "g", "grant", person="ann", **SIGNED, until=(NOW + timedelta(days=1)).isoformat()
)
GRANT_AGAIN = consent_event("g-2", "grant", person="ann", **SIGNED)
PART = consent_event(
    "p", "withdrawal", person="ann", uses=[FINE_TUNE], data=["customer_content.audio"]
)
WIDE = consent_event("g", "grant", person="ann", **SIGNED, data=["customer_content"])


@pytest.mark.parametrize(
    ("events", "changes", "heading"),
    [
        ((GRANT, WITHDRAWAL), {}, "Consent given, then withdrawn"),
        ((GRANT, REFUSAL), {}, "Consent given, then refused"),
        ((WIDE, PART), {}, "Consent given, then withdrawn in part"),
        ((GRANT,), {"invalidated": LATER}, "Consent given, then invalidated"),
        ((UNTIL,), {}, "Consent given, then expired"),
        ((REFUSAL, ASSENT), {}, "Consent refused"),
        ((REFUSAL, GRANT), {}, "Consent refused, then given in part"),
        ((GRANT, WITHDRAWAL, GRANT_AGAIN), {}, "Consent given"),
        ((WITHDRAWAL, GRANT), {}, "Consent withdrawn, then given in part"),
        ((WITHDRAWAL, ASSENT), {"of": 1}, "Consent without effect"),
    ],
)
def test_the_heading_of_a_receipt_says_what_became_of_the_event(
    events: tuple[ConsentEvent, ...], changes: dict[str, Any], heading: str
) -> None:
    page = render_receipt_page(receipt_after(*events, **changes)[0])

    assert page_heading(page) == heading


def test_a_form_of_100000_letters_is_shown_completely() -> None:
    text = "wort " * 20_000

    page = render_receipt_page(receipt_after(GRANT, form=FORM.model_copy(update={"text": text}))[0])

    assert page.count("wort") == 20_000
