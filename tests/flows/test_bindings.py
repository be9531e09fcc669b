"""A customer's books: from when it is bound, no decision is by those before, retries included."""

from dataclasses import replace
from typing import Any

import pytest

from consentry.aws.binding_table import BindingTable
from consentry.domain.callers import Caller
from consentry.domain.decision.decision import recompute
from consentry.domain.errors import (
    ConsentMovedError,
    ForeignCustomerError,
    MalformedError,
    TermsTableError,
    UnansweredError,
)
from consentry.domain.terms.binding import Binding
from consentry.domain.terms.binding_acts import BindingAct, BindingRecord
from consentry.domain.terms.tables import Library
from tests.fakes.screenings import Screened, row
from tests.fakes.worlds import ACME, BOUND, NOW, SECOND, World, asked
from tests.flows.binding import FORBIDDING, Interrupted, bind, named


def test_a_decision_is_by_the_books_that_the_customer_is_bound_to(world: World) -> None:
    record = bind(world)

    decision = world.decide(asked())

    assert record.binding == Binding("zoom-terms", ("house",), (), 1)
    assert decision.binding == record.binding
    assert {finding.book for finding in decision.findings} == {"zoom-terms"}
    assert not decision.allows
    assert recompute(decision, world.library) == decision


def test_a_customer_that_was_never_bound_is_bound_by_the_environment(world: World) -> None:
    decision = world.decide(asked())

    assert decision.allows
    assert decision.binding == BOUND


@pytest.mark.parametrize("people", [1, 97, 98, 250], ids=lambda count: f"{count} people")
def test_an_allow_by_the_books_before_is_not_replayed(world: World, people: int) -> None:
    request = asked(people=named(people))
    assert world.decide(request).allows
    bind(world)

    again = world.decide(request)

    assert (again.allows, again.revision, again.binding.terms) == (False, 2, "zoom-terms")


@pytest.mark.parametrize("people", [1, 250], ids=lambda count: f"{count} people")
def test_a_binding_in_the_middle_of_a_decision_holds_it_back(world: World, people: int) -> None:
    request = asked(people=named(people))

    decision = World(Interrupted(world)).decide(request)

    assert (decision.allows, decision.revision, decision.binding.version) == (False, 1, 1)


def test_a_screening_is_by_the_books_now_and_an_older_one_is_not_told_again(world: World) -> None:
    screened = Screened(world)
    screened.put([row("ann")])
    assert screened.screen().allows
    bind(world)

    assert not screened.screen().allows
    assert screened.screen(at=NOW + SECOND).revision == 2


def test_a_binding_in_the_middle_of_a_screening_holds_it_back(world: World) -> None:
    screened = Screened(World(Interrupted(world)))
    screened.put([row("ann")])

    decision = screened.screen()

    assert (decision.allows, decision.binding.version) == (False, 1)


def test_the_same_books_again_are_the_same_binding(world: World) -> None:
    first = bind(world)
    assert bind(world, at=NOW + SECOND) == first
    assert bind(world, FORBIDDING | {"limits": []}).binding.version == 2


def test_a_customers_own_contract_is_a_book_like_any_other(world: World) -> None:
    announced = world.library.books["announced"]
    contract = replace(announced, name="acme-contract")
    own = Library({**world.library.books, "acme-contract": contract})
    acme = World(world.client, library=own)

    bind(acme, {"customer": ACME, "terms": "acme-contract"})

    assert acme.decide(asked()).findings[0].book == "acme-contract"


@pytest.mark.parametrize(
    "said", [{"terms": "nowhere"}, {"terms": "house"}, {"limits": ["announced"]}]
)
def test_what_is_no_book_of_that_kind_binds_nobody(said: dict[str, Any], world: World) -> None:
    with pytest.raises(TermsTableError):
        bind(world, FORBIDDING | said)

    assert world.bindings.of(ACME) == BOUND


def test_a_caller_binds_its_own_customers_alone(world: World) -> None:
    with pytest.raises(ForeignCustomerError):
        bind(World(world.client, caller=Caller.allowed("somebody", "another")))


def test_a_binding_that_keeps_moving_is_unanswered(world: World) -> None:
    class Moving(BindingTable):
        def bind(self, customer: str, record: BindingRecord) -> None:
            raise ConsentMovedError

    moving = World(world.client)
    table = moving.bindings
    moving.bindings = Moving(table.table, table.client, table.pause, table.default)

    with pytest.raises(UnansweredError):
        bind(moving)


MALFORMED: dict[str, dict[str, Any]] = {
    "capital letters": {"terms": "Zoom"},
    "a path": {"terms": "../house"},
    "a limit twice": {"limits": ["house", "house"]},
    "observed, not named": {"limits": [], "observed": ["house"]},
    "a delimiter": {"customer": "a#b"},
}


@pytest.mark.parametrize("what", MALFORMED)
def test_a_malformed_binding_is_refused(what: str) -> None:
    with pytest.raises(MalformedError):
        BindingAct.read(FORBIDDING | MALFORMED[what])
