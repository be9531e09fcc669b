"""A person is told which data sets hold them, and what their own withdrawals came to there."""

from consentry.privacy.export_page import render_page
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
    before = exported(reaching.acme.deps)

    reaching.carry(reaching.withdraw("ann"))

    export = exported(reaching.acme.deps)
    (clean,), (tainted,) = before.data_sets, export.data_sets
    assert (clean.data_set_id, clean.tainted_since, clean.remediations) == (hers, None, ())
    assert tainted.tainted_since == reaching.show(hers).tainted_since
    assert [model.model_id for model in tainted.models] == ["summariser-7"]
    assert {each.action for each in tainted.remediations} == {
        "exclude_from_next_training",
        "remove_adapter",
    }
    assert "remove_adapter summariser-7" in render_page(export)


def test_of_a_data_set_it_is_not_told_that_somebody_else_withdrew(reaching: Reaching) -> None:
    made(reaching, "ann", "bob")
    deps = reaching.acme.deps
    before = exported(deps)

    reaching.carry(reaching.withdraw("bob"))

    assert as_json(exported(deps)) == as_json(before)


def test_a_data_set_from_before_an_erasure_is_no_longer_found(reaching: Reaching) -> None:
    made(reaching, "ann")

    erase(reaching.acme.deps, "ann", at=NOW + SECOND)

    assert exported(reaching.acme.deps).data_sets == ()
