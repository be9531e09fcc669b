"""An outdated data set names the clean data set of a new screening, and then needs no remediation."""

from typing import Any

from consentry.datasets.get_data_set import DataSetDetails, get_data_set
from consentry.propagation.propagate_assignment import propagate_assignment
from consentry.terms.assignment import StoredAssignment
from tests.testkit.builders.assignments import FORBIDDING_TERMS, assign
from tests.testkit.builders.dependencies import (
    ACME,
    NOW,
    OPERATOR,
    SECOND,
    FakeDependencies,
)
from tests.testkit.builders.propagations import PropagationDriver
from tests.testkit.builders.screenings import ScreeningDriver, row, screening

MINUTE = 60 * SECOND
EARLIER_TERMS: dict[str, Any] = {"customer": ACME, "terms": "announced", "guardrails": ["house"]}
ROWS = [row("ann"), row("bob")]


def screened(deps: FakeDependencies, request_id: str, at: int, *, rows: list[bytes] = ROWS) -> str:
    """Screen rows some minutes from now: the id of the data set."""
    acme = ScreeningDriver(deps)
    acme.put(rows)
    data_set_id = acme.screen(screening(request_id), at=NOW + at * MINUTE).data_set_id
    assert data_set_id
    return data_set_id


def outdate(deps: FakeDependencies, at: int) -> None:
    """Assign stricter terms, and the earlier ones again: earlier data sets stay outdated."""
    assign(deps, FORBIDDING_TERMS, at=NOW + at * MINUTE)
    assign(deps, EARLIER_TERMS, at=NOW + at * MINUTE + SECOND)


def show(deps: FakeDependencies, data_set_id: str, at: int) -> DataSetDetails:
    return get_data_set(data_set_id, caller=OPERATOR, at=NOW + at * MINUTE, deps=deps)


def test_a_new_screening_clears_an_outdated_data_set(deps: FakeDependencies) -> None:
    old = screened(deps, "s-1", 0)
    outdate(deps, 1)
    before = show(deps, old, 2)

    new = screened(deps, "s-2", 3)

    after = show(deps, old, 4)
    assert (before.status, before.successor) == ("outdated", None)
    assert [each.action for each in before.remediations] == ["screen_again"]
    assert (after.status, after.successor, after.remediations) == ("outdated", new, ())
    assert (show(deps, new, 4).status, show(deps, new, 4).successor) == ("clean", None)


def test_the_newest_clean_screening_is_the_successor(deps: FakeDependencies) -> None:
    old = screened(deps, "s-1", 0)
    outdate(deps, 1)
    between = screened(deps, "s-2", 2)
    outdate(deps, 3)
    outdated = show(deps, old, 4)

    new = screened(deps, "s-3", 5)
    newest = screened(deps, "s-4", 6)

    assert outdated.successor is None
    assert new != newest
    assert [show(deps, each, 7).successor for each in (old, between)] == [newest, newest]


def test_another_manifest_or_use_or_an_earlier_screening_is_no_successor(
    deps: FakeDependencies,
) -> None:
    acme = ScreeningDriver(deps)
    old = screened(deps, "s-1", 0)
    outdate(deps, 1)

    screened(deps, "s-2", 2, rows=[row("ann")])
    acme.put(ROWS)
    evaluate = {"operation": "evaluate", "service": "meeting_summary"}
    deps.grant(consent_event_id="evaluate", uses=[evaluate], at=NOW)
    other_use = acme.screen(screening("s-3", use=evaluate), at=NOW + 3 * MINUTE)

    assert other_use.data_set_id
    assert show(deps, old, 4).successor is None


def test_a_tainted_screening_is_no_successor_and_a_taint_stays(
    propagation_driver: PropagationDriver,
) -> None:
    deps = propagation_driver.acme.deps
    old = screened(deps, "s-1", 0)
    outdate(deps, 1)
    screened(deps, "s-2", 2)

    propagation_driver.deliver(propagation_driver.withdraw("ann"))
    tainted = show(deps, old, 3)
    new = screened(deps, "s-3", 4)

    shown = show(deps, old, 5)
    assert (tainted.status, tainted.successor) == ("tainted", None)
    assert (shown.status, shown.successor) == ("tainted", new)
    assert [each.action for each in shown.remediations] == ["exclude_from_next_training"]


def test_an_event_names_a_successor_that_exists_already(
    propagation_driver: PropagationDriver,
) -> None:
    deps = propagation_driver.acme.deps
    screened(deps, "s-1", 0)
    first = StoredAssignment(ACME, assign(deps, FORBIDDING_TERMS, at=NOW + MINUTE))
    assign(deps, EARLIER_TERMS, at=NOW + 2 * MINUTE)
    new = screened(deps, "s-2", 3)

    propagate_assignment(first, clock=lambda: NOW + 4 * MINUTE, deps=deps)

    assert propagation_driver.publisher.successors == [new]
