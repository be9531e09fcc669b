"""Data sets and reaches are written once, whichever client is under them: what comes first stays."""

from datetime import timedelta

import pytest

from consentry.datasets.remediation import Model, ModelKind, RegisteredModel, Taint
from consentry.propagation.propagation import Propagation
from tests.testkit.builders.data_sets import data_set
from tests.testkit.builders.dependencies import ACME, NOW, SECOND, FakeDependencies
from tests.testkit.fakes.dynamodb import FakeDynamoDB

W = f"{ACME}~party~w-1"
LATER = NOW + timedelta(days=1)


def test_data_sets_are_found_by_id_and_by_customer(deps: FakeDependencies) -> None:
    sets = deps.data_sets
    stored = [data_set("a"), data_set("b")]
    for each in (*stored, stored[0], data_set("c", "globex")):
        sets.record(each)

    assert sets.get(f"{ACME}~a") == stored[0]
    assert sets.get(f"{ACME}~c") is None
    assert list(sets.list_by_customer(ACME)) == stored
    assert list(sets.list_by_customer(ACME, after="a")) == stored[1:]
    assert list(sets.list_by_customer(ACME, after="b")) == []
    sets.taint(f"{ACME}~a", Taint(withdrawal_id=W, at=NOW))
    assert {each.data_set_id for each in sets.list_all()} == {
        f"{ACME}~a",
        f"{ACME}~b",
        "globex~c",
    }


def test_every_page_of_data_sets_is_read(fake: FakeDynamoDB) -> None:
    fake.page_items, deps = 2, FakeDependencies(fake)
    stored = [data_set(token) for token in "abcde"]
    for each in stored:
        deps.data_sets.record(each)

    assert list(deps.data_sets.list_by_customer(ACME)) == stored


def test_the_first_model_and_taint_of_a_data_set_are_never_overwritten(
    deps: FakeDependencies,
) -> None:
    sets, id_ = deps.data_sets, f"{ACME}~a"
    model = Model(model_id="m", kind=ModelKind.FULL, location="here")
    first = RegisteredModel(model=model, at=NOW, registered_by="x")
    for at in (NOW, LATER):
        assert sets.register_model(id_, first.model_copy(update={"at": at})) == first
        assert sets.taint(id_, Taint(withdrawal_id=W, at=at)).at == NOW

    stored = sets.get_state(id_)
    assert stored.models == (first,)
    assert [each.at for each in stored.taints] == [NOW]
    assert sets.get_state(f"{ACME}~b").models == ()


def test_a_propagation_starts_propagates_and_completes_once(deps: FakeDependencies) -> None:
    propagations = deps.propagations
    reach = Propagation(
        withdrawal_id=W, customer=ACME, withdrawn_at=NOW, started_at=NOW, epochs=(1,)
    )
    assert propagations.status(W) is None

    assert propagations.start(reach) == reach
    assert (
        propagations.start(reach.model_copy(update={"epochs": (2,), "started_at": LATER})) == reach
    )
    for at in (NOW + SECOND, LATER):
        propagations.mark_pending(W, f"{ACME}~a", at)
        propagations.mark_pending(W, f"{ACME}~b", at)
        propagations.mark_propagated(W, f"{ACME}~a", at)
    finishing = [propagations.complete(W, NOW + 2 * SECOND), propagations.complete(W, LATER)]

    status = propagations.status(W)
    assert status
    assert [(e.data_set_id, e.pending_since, e.propagated_at) for e in status.data_sets] == [
        (f"{ACME}~a", NOW + SECOND, NOW + SECOND),
        (f"{ACME}~b", NOW + SECOND, None),
    ]
    assert (finishing, status.completed_at) == ([True, False], NOW + 2 * SECOND)


def test_propagation_progress_is_the_last_stored_data_set(deps: FakeDependencies) -> None:
    propagations = deps.propagations
    assert propagations.scan_position(W) is None

    for token in ("a", "c", "b"):
        propagations.save_scan_position(W, f"{ACME}~{token}", NOW)

    assert propagations.scan_position(W) == "c"
    assert propagations.scan_position(f"{ACME}~party~w-10") is None


@pytest.mark.parametrize("other", [f"{ACME}~party~w-10", f"{ACME}~party~w", "globex~party~w-1"])
def test_withdrawals_with_similar_ids_are_separate(deps: FakeDependencies, other: str) -> None:
    reach = Propagation(
        withdrawal_id=W, customer=ACME, withdrawn_at=NOW, started_at=NOW, epochs=(1,)
    )

    deps.propagations.start(reach)

    assert deps.propagations.status(other) is None
