"""An unsigned grant covers what has no consent event yet. It changes nothing that was signed or refused."""

from datetime import datetime, timedelta

import pytest

from consentry.consent.consent_event import ConsentEvent
from consentry.consent.history import replay
from consentry.kernel.requests import Use
from consentry.receipts.receipt_page import render_receipt_page
from tests.testkit.builders.dependencies import FINE_TUNE, NOW, consent_event
from tests.testkit.builders.receipts import GRANT, HOUR, SIGNED, receipt_after, records_of, states
from tests.testkit.html_pages import parsed, words
from tests.testkit.meeting_words import DataCategory

ASSENT = consent_event("u", "grant", person="ann")
BROAD = consent_event("u", "grant", person="ann", data=["customer_content"])
ENDED = consent_event("g", "grant", person="ann", until=(NOW + HOUR / 2).isoformat(), **SIGNED)
ENDS = consent_event("g", "grant", person="ann", until=(NOW + 3 * HOUR).isoformat(), **SIGNED)
LATER = consent_event("g2", "grant", person="ann", **SIGNED)
ALONE = "it is deemed consent, not express consent"


@pytest.mark.parametrize(
    ("consent_events", "status"),
    [
        ((GRANT, ASSENT), "granted"),
        ((GRANT, BROAD), "granted"),
        ((ENDS, ASSENT), "granted"),
        ((ENDED, ASSENT), "deemed"),
        ((ASSENT, GRANT), "granted"),
    ],
    ids=["same", "broader", "before the end", "after the end", "before"],
)
def test_an_unsigned_grant_does_not_replace_an_unexpired_signed_grant(
    consent_events: tuple[ConsentEvent, ...], status: str
) -> None:
    state = replay(records_of(*consent_events))

    assert state.status(Use.read(FINE_TUNE), DataCategory.AUDIO, at=NOW + HOUR) == status


def test_a_broader_unsigned_grant_is_deemed_consent_for_the_rest() -> None:
    state = replay(records_of(GRANT, BROAD))

    assert state.status(Use.read(FINE_TUNE), DataCategory.VIDEO, at=NOW + HOUR) == "deemed"


@pytest.mark.parametrize(
    ("consent_events", "of", "alone"),
    [
        ((GRANT, ASSENT), 0, False),
        ((GRANT, ASSENT), 1, False),
        ((ASSENT,), 0, True),
        ((ASSENT, GRANT), 0, False),
        ((ENDED, ASSENT), 0, True),
        ((GRANT, BROAD), 1, True),
    ],
    ids=["signed", "assent to it", "assent", "signed later", "ended, then assent", "in part"],
)
def test_the_receipt_page_says_when_the_effective_grant_is_unsigned(
    consent_events: tuple[ConsentEvent, ...], of: int, alone: bool
) -> None:
    page = words(parsed(render_receipt_page(receipt_after(*consent_events, of=of)[0])))

    assert (ALONE in page) is alone


@pytest.mark.parametrize(
    ("consent_events", "of", "at", "shown_states"),
    [
        ((GRANT, ASSENT), 1, NOW + 9 * HOUR, ["StatusInvalidForProcessing", "Given"]),
        ((ENDS, ASSENT), 1, NOW + 9 * HOUR, ["StatusInvalidForProcessing", "Given", "Expired"]),
        (
            (consent_event("r", "refusal", person="ann"), ASSENT, ENDS),
            1,
            NOW + 9 * HOUR,
            ["StatusInvalidForProcessing", "Given", "Expired"],
        ),
    ],
    ids=["goes on", "ends", "given at last, and ended"],
)
def test_the_receipt_of_an_ineffective_unsigned_grant_shows_the_effective_event(
    consent_events: tuple[ConsentEvent, ...], of: int, at: datetime, shown_states: list[str]
) -> None:
    _, document = receipt_after(*consent_events, of=of, at=at)

    assert states(document) == [f"Consent{each}" for each in shown_states]


def test_the_receipt_page_says_when_only_part_is_still_granted() -> None:
    whole = consent_event("g", "grant", person="ann", data=["customer_content"], **SIGNED)
    audio = consent_event("w", "withdrawal", person="ann")

    page = words(
        parsed(render_receipt_page(receipt_after(whole, audio, at=NOW + timedelta(days=1))[0]))
    )

    assert "There is consent to some of the uses below, until you withdraw it." in page
