"""A withdrawal reaches every data set that holds its party, once, and says where it has landed."""

from typing import Any

import pytest

from consentry.kernel.errors import UnavailableError
from consentry.propagation.propagation import withdrawal_id
from tests.fakes.tables import PERMITS
from tests.fakes.worlds import NOW, consent_event
from tests.flows.reaching import Reaching, made


def test_it_marks_the_data_sets_that_hold_the_person_and_no_others(reaching: Reaching) -> None:
    hers = made(reaching, "ann", "bob")
    his = made(reaching, "bob", request_id="s-2")
    withdrawal = reaching.withdraw("ann")

    reached = reaching.carry(withdrawal)

    assert reaching.show(hers).status == "tainted"
    assert reaching.show(his).status == "clean"
    assert reached
    assert [(each.data_set_id, each.propagated_at is None) for each in reached.data_sets] == [
        (hers, False)
    ]
    assert reached.completed_at
    assert reached.completed_at > reached.withdrawn_at


def test_a_customers_withdrawal_reaches_all_of_its_data_sets(reaching: Reaching) -> None:
    both = {made(reaching, "ann"), made(reaching, "bob", request_id="s-2")}

    reached = reaching.carry(reaching.withdraw(None))

    assert reached
    assert {each.data_set_id for each in reached.data_sets} == both


@pytest.mark.parametrize(
    "said",
    [
        pytest.param({"uses": [{"operation": "infer", "service": "meeting_summary"}]}, id="use"),
        pytest.param({"data": ["customer_content.video"]}, id="data"),
    ],
)
def test_a_withdrawal_of_something_else_marks_nothing(
    reaching: Reaching, said: dict[str, Any]
) -> None:
    hers = made(reaching, "ann")

    reaching.carry(reaching.withdraw("ann", **said))

    assert reaching.show(hers).status == "clean"


def test_its_permit_is_revoked_and_both_are_told(reaching: Reaching) -> None:
    hers = made(reaching, "ann")

    reaching.carry(reaching.withdraw())

    assert reaching.told.events == [("DataSetTainted", hers), ("PermitRevoked", hers)]


def test_replays_and_reorderings_change_nothing(reaching: Reaching) -> None:
    hers = made(reaching, "ann", "bob")
    first, second = reaching.withdraw("ann"), reaching.withdraw("bob", "w-2")
    reaching.carry(second)
    reaching.carry(first)
    before, told = reaching.acme.deps.client.snapshot(), list(reaching.told.events)

    again = [reaching.carry(each) for each in (first, second, first)]

    assert again == [None, None, None]
    assert reaching.acme.deps.client.snapshot() == before
    assert reaching.told.events == told
    assert len(reaching.show(hers).taints) == 2


def test_a_late_record_does_not_mark_what_was_screened_on_a_new_consent(
    reaching: Reaching,
) -> None:
    withdrawal = reaching.withdraw("ann")
    reaching.acme.deps.grant(consent_event_id="again", person="ann", at=NOW)
    hers = made(reaching, "ann")

    reached = reaching.carry(withdrawal)

    assert reached
    assert reached.data_sets == ()
    assert reaching.show(hers).status == "clean"


def test_what_could_not_be_told_has_not_landed_and_comes_again(reaching: Reaching) -> None:
    hers = made(reaching, "ann")
    withdrawal = reaching.withdraw()
    deps = reaching.acme.deps

    def fails(_: str) -> None:
        raise UnavailableError("not told")

    reaching.told.before = fails
    with pytest.raises(UnavailableError):
        reaching.carry(withdrawal)
    halfway = deps.propagations.status(withdrawal_id(withdrawal))
    reaching.told.before = lambda _: None
    whole = reaching.carry(withdrawal)

    assert halfway
    assert [(e.data_set_id, e.propagated_at) for e in halfway.data_sets] == [(hers, None)]
    assert halfway.completed_at is None
    assert whole
    assert whole.data_sets[0].pending_since == halfway.data_sets[0].pending_since
    assert whole.data_sets[0].propagated_at


def test_the_permit_is_taken_back_and_not_only_told_so(reaching: Reaching) -> None:
    made(reaching, "ann")
    permits = reaching.acme.deps.client.tables[PERMITS].items

    def revoked() -> list[str]:
        return [item["reason"]["S"] for key, item in permits.items() if key[1] == "revoked"]

    before = revoked()

    reaching.carry(reaching.withdraw())

    assert before == []
    assert revoked() == ["consent_withdrawn"]


def test_a_grant_goes_nowhere(reaching: Reaching) -> None:
    granted = reaching.acme.deps.record(consent_event("g", "grant", person="ann")).record

    assert reaching.carry(granted) is None
    assert reaching.acme.deps.propagations.status(withdrawal_id(granted)) is None
