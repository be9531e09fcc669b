"""A withdrawal propagates to every data set that contains its party, and its status shows when."""

from typing import Any

import pytest

from consentry.kernel.errors import UnavailableError
from consentry.propagation.propagation import withdrawal_id
from tests.testkit.builders.dependencies import NOW, consent_event
from tests.testkit.builders.propagations import PropagationDriver, create_data_set
from tests.testkit.fakes.dynamodb_tables import PERMITS


def test_a_withdrawal_taints_exactly_the_data_sets_with_the_person(
    propagation_driver: PropagationDriver,
) -> None:
    hers = create_data_set(propagation_driver, "ann", "bob")
    his = create_data_set(propagation_driver, "bob", request_id="s-2")
    withdrawal = propagation_driver.withdraw("ann")

    status = propagation_driver.deliver(withdrawal)

    assert propagation_driver.show(hers).status == "tainted"
    assert propagation_driver.show(his).status == "clean"
    assert status
    assert [(each.data_set_id, each.propagated_at is None) for each in status.data_sets] == [
        (hers, False)
    ]
    assert status.completed_at
    assert status.completed_at > status.withdrawn_at


def test_a_customer_withdrawal_propagates_to_all_its_data_sets(
    propagation_driver: PropagationDriver,
) -> None:
    both = {
        create_data_set(propagation_driver, "ann"),
        create_data_set(propagation_driver, "bob", request_id="s-2"),
    }

    status = propagation_driver.deliver(propagation_driver.withdraw(None))

    assert status
    assert {each.data_set_id for each in status.data_sets} == both


@pytest.mark.parametrize(
    "scope",
    [
        pytest.param({"uses": [{"operation": "infer", "service": "meeting_summary"}]}, id="use"),
        pytest.param({"data": ["customer_content.video"]}, id="data"),
    ],
)
def test_a_withdrawal_of_another_scope_taints_nothing(
    propagation_driver: PropagationDriver, scope: dict[str, Any]
) -> None:
    hers = create_data_set(propagation_driver, "ann")

    propagation_driver.deliver(propagation_driver.withdraw("ann", **scope))

    assert propagation_driver.show(hers).status == "clean"


def test_propagation_revokes_the_permit_and_publishes_both_events(
    propagation_driver: PropagationDriver,
) -> None:
    hers = create_data_set(propagation_driver, "ann")

    propagation_driver.deliver(propagation_driver.withdraw())

    assert propagation_driver.publisher.events == [
        ("DataSetTainted", hers),
        ("PermitRevoked", hers),
    ]


def test_repeated_or_reordered_propagations_change_nothing(
    propagation_driver: PropagationDriver,
) -> None:
    hers = create_data_set(propagation_driver, "ann", "bob")
    first, second = propagation_driver.withdraw("ann"), propagation_driver.withdraw("bob", "w-2")
    propagation_driver.deliver(second)
    propagation_driver.deliver(first)
    before, events = (
        propagation_driver.acme.deps.client.snapshot(),
        list(propagation_driver.publisher.events),
    )

    again = [propagation_driver.deliver(each) for each in (first, second, first)]

    assert again == [None, None, None]
    assert propagation_driver.acme.deps.client.snapshot() == before
    assert propagation_driver.publisher.events == events
    assert len(propagation_driver.show(hers).taints) == 2


def test_a_late_withdrawal_does_not_taint_data_screened_on_a_new_grant(
    propagation_driver: PropagationDriver,
) -> None:
    withdrawal = propagation_driver.withdraw("ann")
    propagation_driver.acme.deps.grant(consent_event_id="again", person="ann", at=NOW)
    hers = create_data_set(propagation_driver, "ann")

    status = propagation_driver.deliver(withdrawal)

    assert status
    assert status.data_sets == ()
    assert propagation_driver.show(hers).status == "clean"


def test_a_data_set_stays_pending_until_its_event_is_published(
    propagation_driver: PropagationDriver,
) -> None:
    hers = create_data_set(propagation_driver, "ann")
    withdrawal = propagation_driver.withdraw()
    deps = propagation_driver.acme.deps

    def fails(_: str) -> None:
        raise UnavailableError("not sent")

    propagation_driver.publisher.before = fails
    with pytest.raises(UnavailableError):
        propagation_driver.deliver(withdrawal)
    halfway = deps.propagations.status(withdrawal_id(withdrawal))
    propagation_driver.publisher.before = lambda _: None
    whole = propagation_driver.deliver(withdrawal)

    assert halfway
    assert [(e.data_set_id, e.propagated_at) for e in halfway.data_sets] == [(hers, None)]
    assert halfway.completed_at is None
    assert whole
    assert whole.data_sets[0].pending_since == halfway.data_sets[0].pending_since
    assert whole.data_sets[0].propagated_at


def test_propagation_stores_the_permit_revocation(propagation_driver: PropagationDriver) -> None:
    create_data_set(propagation_driver, "ann")
    permits = propagation_driver.acme.deps.client.tables[PERMITS].items

    def revoked() -> list[str]:
        return [item["reason"]["S"] for key, item in permits.items() if key[1] == "revoked"]

    before = revoked()

    propagation_driver.deliver(propagation_driver.withdraw())

    assert before == []
    assert revoked() == ["consent_withdrawn"]


def test_a_grant_is_not_propagated(propagation_driver: PropagationDriver) -> None:
    granted = propagation_driver.acme.deps.record(consent_event("g", "grant", person="ann")).record

    assert propagation_driver.deliver(granted) is None
    assert propagation_driver.acme.deps.propagations.status(withdrawal_id(granted)) is None
