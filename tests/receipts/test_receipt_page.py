"""The page of a receipt: a form's words are words, in their own language; how to withdraw is on it."""

import re

import pytest

from consentry.receipts.templates.receipt_page import page_of
from tests.testkit.builders.dependencies import FORM
from tests.testkit.builders.receipts import ASSENT, GRANT, REFUSAL, WITHDRAWAL, receipt_after
from tests.testkit.html_pages import Tags, page_heading, parsed, sections, words

HOSTILE = [
    '"><script>alert(1)</script>',
    "</div></style><img src=x onerror=alert(1)>",
    "<!--", "]]>", "&lt;&amp;", "a\x00b\x1b[2J\u202e\r\n\t",
    "<p>" * 33_333,
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:9].encode().hex())
def test_the_form_text_is_escaped_on_the_receipt_page(text: str) -> None:
    page = page_of(receipt_after(GRANT, form=FORM.model_copy(update={"text": text}))[0])

    assert Tags(page).tags == Tags(page_of(receipt_after(GRANT)[0])).tags
    shown = re.sub(r"[\x00\x1b]", "\ufffd", text)
    assert " ".join(shown.split()) in words(sections(page)["wording"])
    assert "script" not in {tag.split()[0] for tag in Tags(page).tags}


@pytest.mark.parametrize(
    ("locale", "declared"),
    [("de", "de"), ("pt-BR", "pt-BR"), ("de_DE", None), ("x@y", None), ("a", None)],
)
def test_the_form_text_declares_its_language_if_valid(locale: str, declared: str | None) -> None:
    page = page_of(receipt_after(GRANT, form=FORM.model_copy(update={"locale": locale}))[0])

    (wording,) = (part for part in parsed(page).iter("div") if part.get("class") == "wording")
    assert wording.get("lang") == declared
    assert parsed(page).get("lang") == "en"


@pytest.mark.parametrize(
    "done", [GRANT, ASSENT, REFUSAL, WITHDRAWAL], ids=lambda consent_event: consent_event.kind
)
def test_the_receipt_page_explains_withdrawal_and_loads_nothing_external(
    done: object,
) -> None:
    page = page_of(receipt_after(done)[0])  # type: ignore[arg-type]

    person, _, administrator = words(sections(page)["withdrawal"]).partition("For administrators")
    consent_event = done.consent_event_id  # type: ignore[attr-defined]
    assert f"Ask acme to withdraw it, and quote the act {consent_event}." in person
    assert "POST" not in person
    assert "POST /customers/acme/withdrawals" in administrator
    assert '"person": "PERSON-ID"' in administrator
    assert '"kind": "withdrawal", "uses": "all", "data": "all"' in administrator
    assert "//" not in page
    assert not {each.tag for each in parsed(page).iter()} & {"script", "link", "img", "form", "a"}


def test_the_receipt_page_starts_with_the_event_and_its_current_status() -> None:
    given, gone = (
        page_of(receipt_after(*consent_events)[0])
        for consent_events in ((GRANT,), (GRANT, WITHDRAWAL))
    )
    assent, refused = (page_of(receipt_after(each)[0]) for each in (ASSENT, REFUSAL))

    assert [page_heading(page) for page in (given, gone, assent, refused)] == [
        *["Consent given"] * 3,
        "Consent refused",
    ]
    assert "What is listed below is agreed to, until you withdraw it." in words(parsed(given))
    assert "None of it stands any more" in words(parsed(gone))
    assert "it is assent alone" in words(parsed(assent))
    assert "is not agreed to" in words(parsed(refused))


def test_a_form_of_100000_letters_is_shown_completely() -> None:
    text = "wort " * 20_000

    page = page_of(receipt_after(GRANT, form=FORM.model_copy(update={"text": text}))[0])

    assert page.count("wort") == 20_000
