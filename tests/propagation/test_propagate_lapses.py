"""The daily schedule publishes data sets that became outdated only by time, once, of every customer."""

from typing import Any

import pytest

from consentry.datasets.dynamodb import DataSetRepository
from consentry.kernel.errors import UnavailableError
from consentry.propagation.propagate_assignment import propagate_assignment
from consentry.propagation.propagate_lapses import LAPSE, propagate_lapses
from consentry.terms.assignment import StoredAssignment
from tests.testkit.builders.assignments import assign
from tests.testkit.builders.dependencies import ACME, NOW, SECOND, FakeDependencies
from tests.testkit.builders.propagations import PropagationDriver, create_data_set
from tests.testkit.builders.terms_versions import publish_version

MINUTE = 60 * SECOND
ENDS = NOW + MINUTE
PUBLISHED = ("DataSetOutdated", "PermitRevoked")


def run(deps: FakeDependencies, at: int = 2) -> int:
    """Run the schedule some minutes from now."""
    return propagate_lapses(clock=lambda: NOW + at * MINUTE, deps=deps)


def ending_grant(driver: PropagationDriver, **fields: Any) -> None:
    driver.acme.deps.grant(consent_event_id="ends", until=ENDS.isoformat(), **fields)


def test_a_data_set_whose_consent_ended_is_published_once_and_its_permit_revoked(
    propagation_driver: PropagationDriver,
) -> None:
    deps, publisher = propagation_driver.acme.deps, propagation_driver.publisher
    ending_grant(propagation_driver)
    hers = create_data_set(propagation_driver, "ann")
    before = run(deps, at=0), list(publisher.events)

    marked = [run(deps, at) for at in (2, 3, 60 * 24)]

    shown = propagation_driver.show(hers, at=NOW + 2 * MINUTE)
    mark = deps.data_sets.get_state(hers).outdated
    assert before == (0, [])
    assert marked == [1, 0, 0]
    assert publisher.events == [(kind, hers) for kind in PUBLISHED]
    assert deps.permits.get_revocations([shown.permit_id])
    assert mark
    assert (mark.outdated.cause, mark.outdated.since) == ("expired_consent", ENDS)
    assert (mark.at, mark.propagation_id) == (NOW + 2 * MINUTE, LAPSE)
    assert shown.outdated == mark.outdated


def test_a_material_change_that_came_into_force_is_published(
    propagation_driver: PropagationDriver,
) -> None:
    hers = create_data_set(propagation_driver, "ann")
    changed = publish_version(propagation_driver.acme.deps, "announced", at=ENDS)

    assert (run(changed, at=0), run(changed, at=2), run(changed, at=3)) == (0, 1, 0)

    mark = changed.data_sets.get_state(hers).outdated
    assert mark
    assert mark.outdated.cause == "material_change"


def test_tainted_and_clean_data_sets_are_left_alone(propagation_driver: PropagationDriver) -> None:
    driver = propagation_driver
    create_data_set(driver, "bob")
    ending_grant(driver)
    create_data_set(driver, "ann", request_id="s-2")
    driver.deliver(driver.withdraw("ann"))
    driver.publisher.events.clear()

    assert run(driver.acme.deps) == 0
    assert driver.publisher.events == []


def test_an_assignment_and_the_schedule_notify_users_once(
    propagation_driver: PropagationDriver,
) -> None:
    driver, deps = propagation_driver, propagation_driver.acme.deps
    hers = create_data_set(driver, "ann")
    stored = StoredAssignment(ACME, assign(deps, at=NOW + SECOND))

    marked = run(deps)
    propagate_assignment(stored, clock=driver.clock, deps=deps)

    assert marked == 1
    assert driver.publisher.events == [(kind, hers) for kind in PUBLISHED]


@pytest.mark.parametrize("calls", range(40))
def test_a_crash_at_any_call_never_leaves_a_mark_without_a_notice(
    propagation_driver: PropagationDriver, calls: int
) -> None:
    driver = propagation_driver
    ending_grant(driver)
    hers = create_data_set(driver, "ann")

    driver.stops_after(calls, lambda: run(driver.acme.deps))
    run(driver.acme.deps)

    assert driver.acme.deps.data_sets.get_state(hers).outdated
    assert {kind for kind, _ in driver.publisher.events} == set(PUBLISHED)


def test_a_failure_of_one_data_set_does_not_stop_the_others_and_is_raised(
    propagation_driver: PropagationDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver, deps = propagation_driver, propagation_driver.acme.deps
    ending_grant(driver)
    both = {create_data_set(driver, "ann"), create_data_set(driver, "ann", request_id="s-2")}
    broken, get_state = min(both), DataSetRepository.get_state

    def failing(self: DataSetRepository, data_set_id: str) -> Any:
        if data_set_id == broken:
            raise UnavailableError("it could not be read")
        return get_state(self, data_set_id)

    with monkeypatch.context() as patched:
        patched.setattr(DataSetRepository, "get_state", failing)
        with pytest.raises(UnavailableError):
            run(deps)

    assert [each for each in both if deps.data_sets.get_state(each).outdated] == [max(both)]
    assert run(deps) == 1
