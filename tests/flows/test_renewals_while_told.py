"""While renewals are told, people act and terms are announced: nobody is told for nothing, or told anew."""

from dataclasses import replace
from datetime import timedelta

import pytest

from consentry.domain.consent.renewals import ConsentRenewalDue
from consentry.domain.terms.material_changes import MaterialChange
from consentry.domain.terms.tables import Library
from consentry.domain.vocabulary import Operation
from tests.fakes.worlds import World, act
from tests.flows.publishing import changed
from tests.flows.renewing import DUE, LATER, granted_before, renew


@pytest.fixture
def outdated(world: World) -> World:
    return granted_before(world)


def test_a_change_that_is_still_to_come_makes_no_telling_another(outdated: World) -> None:
    renew(outdated, lambda due: None)
    once_more = changed(outdated, "announced", at=LATER)
    book = once_more.library.books["announced"]
    coming = MaterialChange(LATER + timedelta(days=1), Operation.FINE_TUNE)
    books = {"announced": replace(book, material=(*book.material, coming))}
    declared = World(outdated.client, library=Library({**once_more.library.books, **books}))

    assert renew(declared, lambda due: None) == 0


def test_who_withdrew_while_others_were_told_is_not_told(outdated: World) -> None:
    told: list[str | None] = []

    def tell(due: ConsentRenewalDue) -> None:
        if not told:
            outdated.record(act("w", "withdraw", person="p9", uses="all", data="all"), at=LATER)
        told.append(due.person)

    assert renew(outdated, tell) == len(DUE) - 1
    assert "p9" not in told
