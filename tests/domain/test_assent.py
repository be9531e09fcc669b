"""Assent without a signed form: it adds where nobody was asked, and takes nothing from what was signed."""

from datetime import datetime, timedelta

import pytest

from consentry.domain.consent.acts import ConsentAct
from consentry.domain.consent.replay import replayed
from consentry.domain.receipts.receipt_page import page_of
from consentry.domain.requests import Use
from consentry.domain.vocabulary import DataCategory
from tests.domain.receipts import GRANT, HOUR, SIGNED, receipt_after, records_of, states
from tests.fakes.pages import parsed, words
from tests.fakes.worlds import FINE_TUNE, NOW, act

ASSENT = act("u", "grant", person="ann")
BROAD = act("u", "grant", person="ann", data=["customer_content"])
ENDED = act("g", "grant", person="ann", until=(NOW + HOUR / 2).isoformat(), **SIGNED)
ENDS = act("g", "grant", person="ann", until=(NOW + 3 * HOUR).isoformat(), **SIGNED)
LATER = act("g2", "grant", person="ann", **SIGNED)
ALONE = "it is assent alone"


@pytest.mark.parametrize(
    ("acts", "standing"),
    [
        ((GRANT, ASSENT), "granted"),
        ((GRANT, BROAD), "granted"),
        ((ENDS, ASSENT), "granted"),
        ((ENDED, ASSENT), "deemed"),
        ((ASSENT, GRANT), "granted"),
    ],
    ids=["same", "broader", "before the end", "after the end", "before"],
)
def test_assent_leaves_a_signed_grant_that_has_not_ended(
    acts: tuple[ConsentAct, ...], standing: str
) -> None:
    state = replayed(records_of(*acts))

    assert state.standing(Use.read(FINE_TUNE), DataCategory.AUDIO, at=NOW + HOUR) == standing


def test_assent_to_more_than_was_signed_for_comes_to_assent_on_the_rest() -> None:
    state = replayed(records_of(GRANT, BROAD))

    assert state.standing(Use.read(FINE_TUNE), DataCategory.VIDEO, at=NOW + HOUR) == "deemed"


@pytest.mark.parametrize(
    ("acts", "of", "alone"),
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
def test_a_page_says_assent_alone_by_the_act_that_rules(
    acts: tuple[ConsentAct, ...], of: int, alone: bool
) -> None:
    page = words(parsed(page_of(receipt_after(*acts, of=of)[0])))

    assert (ALONE in page) is alone


@pytest.mark.parametrize(
    ("acts", "of", "at", "told"),
    [
        ((GRANT, ASSENT), 1, NOW + 9 * HOUR, ["StatusInvalidForProcessing", "Given"]),
        ((ENDS, ASSENT), 1, NOW + 9 * HOUR, ["StatusInvalidForProcessing", "Given", "Expired"]),
        (
            (act("r", "refuse", person="ann"), ASSENT, ENDS),
            1,
            NOW + 9 * HOUR,
            ["StatusInvalidForProcessing", "Given", "Expired"],
        ),
    ],
    ids=["goes on", "ends", "given at last, and ended"],
)
def test_what_rules_beside_assent_without_effect_is_told_with_its_end(
    acts: tuple[ConsentAct, ...], of: int, at: datetime, told: list[str]
) -> None:
    _, document = receipt_after(*acts, of=of, at=at)

    assert states(document) == [f"Consent{each}" for each in told]


def test_part_of_what_was_given_is_told_as_part() -> None:
    whole = act("g", "grant", person="ann", data=["customer_content"], **SIGNED)
    audio = act("w", "withdraw", person="ann")

    page = words(parsed(page_of(receipt_after(whole, audio, at=NOW + timedelta(days=1))[0])))

    assert "Some of it is agreed to, until you withdraw it." in page
