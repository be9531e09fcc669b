"""Stricter terms outdate data sets, once, across crashes and repeated deliveries; others change nothing."""

import itertools
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest

from consentry.kernel.errors import (
    InvalidRequestError,
    NotFoundError,
    PermitError,
    UnavailableError,
)
from consentry.kernel.strict_json import load_object
from consentry.propagation.get_withdrawal import get_withdrawal
from consentry.propagation.messages import read_stream_record, to_message
from consentry.propagation.propagate_assignment import propagate_assignment
from consentry.propagation.propagation import PropagationStatus, assignment_id
from consentry.terms.assignment import StoredAssignment
from tests.testkit.builders.assignments import FORBIDDING_TERMS, assign
from tests.testkit.builders.dependencies import ACME, NOW, OPERATOR, SECOND, FakeDependencies
from tests.testkit.builders.permits import allowed, redeem
from tests.testkit.builders.propagations import PropagationDriver, create_data_set
from tests.testkit.builders.screenings import ScreeningDriver, row, screening
from tests.testkit.fakes.dynamodb import FakeDynamoDB
from tests.testkit.fakes.dynamodb_tables import CONSENTS, DATA_SETS, PERMITS, create_tables
from tests.testkit.fakes.pseudonym_repository import seeded
from tests.testkit.stopped_process import InterruptedClient

LATER = NOW + 10 * SECOND
ANNOUNCED: dict[str, Any] = {"customer": ACME, "terms": "announced"}
EQUAL_OR_MILDER = [
    pytest.param(ANNOUNCED | {"guardrails": ["house"], "dry_run": ["house"]}, id="dry run"),
    pytest.param(ANNOUNCED, id="without the guardrails"),
]


def assigned(
    driver: PropagationDriver, document: dict[str, Any] = FORBIDDING_TERMS, **more: Any
) -> StoredAssignment:
    """Assign policy sets: the assignment as the stream delivers it."""
    at = more.get("at", LATER)
    return StoredAssignment(ACME, assign(driver.acme.deps, document, at=at))


def deliver(driver: PropagationDriver, stored: StoredAssignment) -> PropagationStatus | None:
    """Deliver an assignment to the propagation once."""
    return propagate_assignment(
        stored, clock=driver.clock, deps=driver.acme.deps, batch_size=driver.batch_size
    )


def test_stricter_terms_outdate_the_data_set_revoke_its_permit_and_notify_its_users(
    propagation_driver: PropagationDriver,
) -> None:
    hers = create_data_set(propagation_driver, "ann")

    status = deliver(propagation_driver, assigned(propagation_driver))

    shown = propagation_driver.show(hers, at=LATER)
    assert status
    assert status.completed_at
    assert [each.data_set_id for each in status.data_sets] == [hers]
    assert shown.status == "outdated"
    assert shown.outdated
    assert (shown.outdated.cause, shown.outdated.assignment) == ("assignment", 1)
    assert (shown.outdated.since, shown.outdated.policy_set) == (LATER, "zoom-terms@2023-08-11")
    assert [each.action for each in shown.remediations] == ["screen_again"]
    assert propagation_driver.publisher.events == [
        ("DataSetOutdated", hers),
        ("PermitRevoked", hers),
    ]
    assert propagation_driver.acme.deps.permits.get_revocations([shown.permit_id])


def stream_record(driver: PropagationDriver, sk: str) -> dict[str, Any]:
    """The stream's record of an assignment item."""
    pk = f"{ACME}#assignment"
    text = driver.acme.deps.client.tables[CONSENTS].items[pk, sk]["assignment"]["S"]
    return {
        "eventName": "INSERT",
        "dynamodb": {
            "ApproximateCreationDateTime": 1772366410.0,
            "Keys": {"pk": {"S": pk}, "sk": {"S": sk}},
            "NewImage": {"assignment": {"S": text}, "schema_version": {"N": "1"}},
        },
    }


def test_an_assignment_in_the_stream_becomes_a_message_with_all_that_is_needed(
    propagation_driver: PropagationDriver,
) -> None:
    stored = assigned(propagation_driver)
    entry = stream_record(propagation_driver, "assignment#0001")
    current = stream_record(propagation_driver, "assignment")

    message = to_message(entry)

    assert message
    assert read_stream_record(load_object(message)) == stored
    assert to_message(current) is None


def test_an_unreadable_assignment_becomes_a_message_that_fails(
    propagation_driver: PropagationDriver,
) -> None:
    assigned(propagation_driver)
    broken = stream_record(propagation_driver, "assignment#0001")
    broken["dynamodb"]["NewImage"]["assignment"]["S"] = "{}"

    message = to_message(broken)

    assert message
    with pytest.raises(InvalidRequestError):
        read_stream_record(load_object(message))


def test_the_propagation_of_an_assignment_is_no_withdrawal(
    propagation_driver: PropagationDriver,
) -> None:
    deliver(propagation_driver, assigned(propagation_driver))

    with pytest.raises(NotFoundError):
        get_withdrawal(assignment_id(ACME, 1), caller=OPERATOR, deps=propagation_driver.acme.deps)


@pytest.mark.parametrize("document", EQUAL_OR_MILDER)
def test_an_equal_or_milder_assignment_leaves_the_data_set_clean(
    propagation_driver: PropagationDriver, document: dict[str, Any]
) -> None:
    hers = create_data_set(propagation_driver, "ann")

    status = deliver(propagation_driver, assigned(propagation_driver, document))

    assert status
    assert status.data_sets == ()
    assert propagation_driver.show(hers, at=LATER).status == "clean"
    assert propagation_driver.publisher.events == []


def test_repeated_and_later_assignments_notify_users_once(
    propagation_driver: PropagationDriver,
) -> None:
    create_data_set(propagation_driver, "ann")
    first = assigned(propagation_driver)
    milder = assigned(propagation_driver, ANNOUNCED, at=LATER + SECOND)
    again = assigned(propagation_driver, at=LATER + 2 * SECOND)

    for each in (again, first, milder, first, again):
        deliver(propagation_driver, each)

    assert [kind for kind, _ in propagation_driver.publisher.events] == [
        "DataSetOutdated",
        "PermitRevoked",
    ]


def test_a_new_screening_is_clean_and_the_old_data_set_stays_outdated(
    propagation_driver: PropagationDriver,
) -> None:
    old = create_data_set(propagation_driver, "ann")
    deliver(propagation_driver, assigned(propagation_driver))
    deliver(propagation_driver, assigned(propagation_driver, ANNOUNCED, at=LATER + SECOND))

    new = propagation_driver.acme.screen(
        screening("s-2"),
        at=LATER + 2 * SECOND,
    ).data_set_id

    assert new
    assert propagation_driver.show(new, at=LATER + 3 * SECOND).status == "clean"
    assert propagation_driver.show(old, at=LATER + 3 * SECOND).status == "outdated"


def test_a_withdrawal_taints_an_outdated_data_set(propagation_driver: PropagationDriver) -> None:
    hers = create_data_set(propagation_driver, "ann")
    deliver(propagation_driver, assigned(propagation_driver))

    propagation_driver.deliver(propagation_driver.withdraw("ann"))

    shown = propagation_driver.show(hers, at=LATER)
    assert shown.status == "tainted"
    assert shown.outdated
    assert [each.action for each in shown.remediations] == ["exclude_from_next_training"]


def test_a_tainted_data_set_is_not_notified_again(propagation_driver: PropagationDriver) -> None:
    create_data_set(propagation_driver, "ann")
    propagation_driver.deliver(propagation_driver.withdraw("ann"))
    before = list(propagation_driver.publisher.events)

    status = deliver(propagation_driver, assigned(propagation_driver))

    assert status
    assert status.data_sets == ()
    assert propagation_driver.publisher.events == before


@pytest.mark.parametrize("delivered", [False, True], ids=["before", "after"])
def test_no_permit_is_redeemed_after_stricter_terms_whether_or_not_they_propagated(
    propagation_driver: PropagationDriver, delivered: bool
) -> None:
    deps = propagation_driver.acme.deps
    _, issued = allowed(deps)
    stored = assigned(propagation_driver)
    if delivered:
        deliver(propagation_driver, stored)

    with pytest.raises(PermitError):
        redeem(deps, issued, at=LATER)


def test_a_data_set_stays_pending_until_its_event_is_published(
    propagation_driver: PropagationDriver,
) -> None:
    create_data_set(propagation_driver, "ann")
    stored = assigned(propagation_driver)

    def fails(_: str) -> None:
        raise UnavailableError("not sent")

    propagation_driver.publisher.before = fails
    with pytest.raises(UnavailableError):
        deliver(propagation_driver, stored)
    halfway = propagation_driver.acme.deps.propagations.status(assignment_id(ACME, 1))
    propagation_driver.publisher.before = lambda _: None
    whole = deliver(propagation_driver, stored)

    assert halfway
    assert halfway.data_sets[0].propagated_at is None
    assert whole
    assert whole.data_sets[0].propagated_at
    assert (
        "DataSetOutdated",
        whole.data_sets[0].data_set_id,
    ) in propagation_driver.publisher.events


def test_a_crash_at_any_call_is_repaired_by_the_next_delivery(
    propagation_driver: PropagationDriver,
) -> None:
    propagation_driver.batch_size = 1
    ids = {create_data_set(propagation_driver, "ann", request_id=f"s-{n}") for n in (1, 2)}
    stored = assigned(propagation_driver)
    deps, events = propagation_driver.acme.deps, propagation_driver.publisher.events
    client = deps.client
    begin, keys, calls = client.snapshot(), set[Any](), 0

    while propagation_driver.stops_after(calls, partial(deliver, propagation_driver, stored)):
        deliver(propagation_driver, stored)

        assert {propagation_driver.show(each, at=LATER).status for each in ids} == {"outdated"}
        assert all(deps.data_sets.get_state(each).outdated for each in ids)
        assert set(events) == {(k, i) for k in ("DataSetOutdated", "PermitRevoked") for i in ids}
        assert all(1 <= events.count(each) <= 2 for each in events)
        keys.add(frozenset((*client.tables[DATA_SETS].items, *client.tables[PERMITS].items)))
        client.restore(begin)
        events.clear()
        calls += 1

    assert calls > 10
    assert len(keys) == 1


@dataclass
class Schedule:
    """A screening, with an assignment before one call and its propagation before a later call."""

    assigned: int
    propagated: int
    client: FakeDynamoDB = field(default_factory=FakeDynamoDB)
    stored: list[StoredAssignment] = field(default_factory=list)

    def run(self) -> list[str]:
        """Run the screening, then the actions that are left: the statuses of all data sets."""
        create_tables(self.client)
        concurrent = ScreeningDriver(
            FakeDependencies(self.client, seeded(self.client, ACME, "concurrent"))
        )
        concurrent.deps.grant()
        others = PropagationDriver(concurrent)
        actions: dict[int, list[Any]] = {
            self.assigned: [lambda: self.stored.append(assigned(others))]
        }
        actions.setdefault(self.propagated, []).append(
            lambda: [deliver(others, each) for each in self.stored]
        )
        interrupted = InterruptedClient(self.client, dict(actions))
        screened = ScreeningDriver(
            FakeDependencies(interrupted, seeded(interrupted, ACME, "ours")), concurrent.store
        )
        screened.put([row("ann"), row("bob")])
        data_set_id = screened.screen().data_set_id
        for number in sorted(interrupted.actions):
            for action in actions[number]:
                action()
        if data_set_id is None:
            return []
        state = others.acme.deps.data_sets.get_state(data_set_id)
        shown = others.show(data_set_id, at=LATER)
        return [shown.status, "marked" if state.outdated else "unmarked"]


def test_no_interleaving_of_an_assignment_and_a_screening_leaves_a_data_set_clean() -> None:
    most = 60
    outcomes = {
        tuple(Schedule(*numbers).run())
        for numbers in itertools.combinations_with_replacement(range(0, most, 3), 2)
    }

    assert outcomes == {(), ("outdated", "marked")}
