"""A stored allow is told again only under the law that gave it."""

from dataclasses import replace

import pytest

from consentry.domain.errors import RevokedPermitError
from consentry.domain.terms.tables import Library, Ruling, Verdict
from tests.fakes.permits import allowed, redeem
from tests.fakes.screenings import Screened, row
from tests.fakes.worlds import World, asked, library

BOOK = "announced"


def stricter() -> Library:
    """The same books, but for `announced` saying nothing of anything any more."""
    book = library().books[BOOK]
    (table,) = book.versions
    silent = tuple(Ruling(Verdict.SILENT, ()) for _ in table.rulings)
    again = replace(book, versions=(replace(table, digest="sha256:other", rulings=silent),))
    return Library({**library().books, BOOK: again})


def test_an_allow_is_a_denial_once_stricter_tables_are_deployed(world: World) -> None:
    assert world.decide(asked()).allows

    again = replace(world, library=stricter()).decide(asked())

    assert (again.outcome, again.revision) == ("deny", 2)


def test_an_allow_is_a_denial_once_other_books_bind(world: World) -> None:
    assert world.decide(asked()).allows
    redeployed = World(world.client, binding=replace(world.binding, limits=()))

    again = redeployed.decide(asked())

    assert (again.outcome, again.revision) == ("deny", 2)


def test_a_screening_is_superseded_once_stricter_tables_are_deployed(world: World) -> None:
    acme = Screened(world)
    acme.put([row("ann")])
    assert acme.screen().allows

    world.library = stricter()
    again = acme.screen()

    assert (again.outcome, acme.report(again)["superseded"]) == ("deny", True)


def test_a_permit_is_redeemed_no_more_once_stricter_tables_are_deployed(world: World) -> None:
    _, permit = allowed(world)
    redeem(world, permit)

    world.library = stricter()

    with pytest.raises(RevokedPermitError):
        redeem(world, permit)
