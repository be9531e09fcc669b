"""A person is told which data sets hold them, and what their own withdrawals came to there."""

from consentry.domain.person.person_page import page_of
from tests.fakes.erasures import erase
from tests.fakes.worlds import NOW, SECOND
from tests.flows.exporting import as_json, exported
from tests.flows.reaching import Reaching, made


def test_the_data_sets_that_hold_the_person_and_what_the_persons_own_withdrawal_came_to_there(
    reaching: Reaching,
) -> None:
    hers = made(reaching, "ann", "bob")
    made(reaching, "bob", request_id="s-2")
    reaching.register(hers, "summariser-7", "adapter")
    before = exported(reaching.acme.world)

    reaching.carry(reaching.withdraw("ann"))

    export = exported(reaching.acme.world)
    (clean,), (tainted,) = before.data_sets, export.data_sets
    assert (clean.data_set_id, clean.tainted_since, clean.remedies) == (hers, None, ())
    assert tainted.tainted_since == reaching.show(hers).tainted_since
    assert [model.model_id for model in tainted.models] == ["summariser-7"]
    assert {each.remedy for each in tainted.remedies} == {"exclude_next_time", "remove_adapter"}
    assert "remove_adapter summariser-7" in page_of(export)


def test_of_a_data_set_it_is_not_told_that_somebody_else_withdrew(reaching: Reaching) -> None:
    made(reaching, "ann", "bob")
    world = reaching.acme.world
    before = exported(world)

    reaching.carry(reaching.withdraw("bob"))

    assert as_json(exported(world)) == as_json(before)


def test_a_data_set_from_before_an_erasure_is_no_longer_found(reaching: Reaching) -> None:
    made(reaching, "ann")

    erase(reaching.acme.world, "ann", at=NOW + SECOND)

    assert exported(reaching.acme.world).data_sets == ()
