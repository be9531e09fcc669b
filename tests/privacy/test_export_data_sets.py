"""An export lists the person's data sets and what the person's own withdrawals require there."""

from consentry.privacy.person_page import render_person_page
from tests.testkit.builders.assignments import assign
from tests.testkit.builders.dependencies import NOW, SECOND
from tests.testkit.builders.erasures import erase
from tests.testkit.builders.exports import as_json, exported
from tests.testkit.builders.propagations import PropagationDriver, create_data_set


def test_an_export_lists_the_persons_data_sets_and_their_taints(
    propagation_driver: PropagationDriver,
) -> None:
    hers = create_data_set(propagation_driver, "ann", "bob")
    create_data_set(propagation_driver, "bob", request_id="s-2")
    propagation_driver.register(hers, "summariser-7", "adapter")
    before = exported(propagation_driver.acme.deps)

    propagation_driver.deliver(propagation_driver.withdraw("ann"))

    export = exported(propagation_driver.acme.deps)
    (clean,), (tainted,) = before.data_sets, export.data_sets
    assert (clean.data_set_id, clean.tainted_since, clean.remediations) == (hers, None, ())
    assert tainted.tainted_since == propagation_driver.show(hers).tainted_since
    assert [model.model_id for model in tainted.models] == ["summariser-7"]
    assert {each.action for each in tainted.remediations} == {
        "exclude_from_next_training",
        "remove_adapter",
    }
    assert "remove adapter summariser-7" in render_person_page(export)


def test_an_export_does_not_reveal_another_persons_withdrawal(
    propagation_driver: PropagationDriver,
) -> None:
    create_data_set(propagation_driver, "ann", "bob")
    deps = propagation_driver.acme.deps
    before = exported(deps)

    propagation_driver.deliver(propagation_driver.withdraw("bob"))

    assert as_json(exported(deps)) == as_json(before)


def test_an_export_says_that_a_data_set_is_outdated(propagation_driver: PropagationDriver) -> None:
    create_data_set(propagation_driver, "ann", "bob")
    deps = propagation_driver.acme.deps

    assign(deps, at=NOW + SECOND)

    export = exported(deps)
    assert export.data_sets[0].outdated
    assert export.data_sets[0].outdated.cause == "assignment"
    assert [each.action for each in export.data_sets[0].remediations] == ["screen_again"]
    assert "outdated, because other terms were assigned" in render_person_page(export)


def test_an_export_does_not_reveal_the_end_of_another_persons_grant(
    propagation_driver: PropagationDriver,
) -> None:
    deps = propagation_driver.acme.deps
    deps.grant(consent_event_id="ends", until=(NOW + 3 * SECOND).isoformat())
    hers = create_data_set(propagation_driver, "ann", "bob")

    (found,) = exported(deps).data_sets

    assert propagation_driver.show(hers, at=NOW + 9 * SECOND).status == "outdated"
    assert (found.outdated, found.remediations) == (None, ())


def test_an_export_after_erasure_lists_no_earlier_data_set(
    propagation_driver: PropagationDriver,
) -> None:
    create_data_set(propagation_driver, "ann")

    erase(propagation_driver.acme.deps, "ann", at=NOW + SECOND)

    assert exported(propagation_driver.acme.deps).data_sets == ()
