"""Data sets and reaches are written once, whichever client is under them: what comes first stays."""

from datetime import timedelta

import pytest

from consentry.domain.reach.data_sets import DataSet, PeopleFile
from consentry.domain.reach.reach import Reach
from consentry.domain.reach.remedies import Model, ModelKind, RegisteredModel, Taint
from tests.fakes.dynamodb import FakeDynamoDB
from tests.fakes.worlds import ACME, NOW, SECOND, World

W = f"{ACME}~party~w-1"
LATER = NOW + timedelta(days=1)


def data_set(token: str, customer: str = ACME) -> DataSet:
    return DataSet.read(
        {
            "data_set_id": f"{customer}~{token}",
            "decision_id": f"{customer}~decision",
            "customer": customer,
            "manifest": "0" * 64,
            "admitted": "1" * 64,
            "rows": 1,
            "people": PeopleFile(key="k", sha256="2" * 64, bytes=1, people=1),
            "operation": "fine_tune",
            "service": "meeting_summary",
            "model_owner": "first_party",
            "data": ["customer_content.audio"],
            "epochs": [0] * 16,
            "at": NOW,
        }
    )


def test_records_are_found_by_id_and_by_customer(world: World) -> None:
    sets = world.data_sets
    kept = [data_set("a"), data_set("b")]
    for each in (*kept, kept[0], data_set("c", "globex")):
        sets.record(each)

    assert sets.of(f"{ACME}~a") == kept[0]
    assert sets.of(f"{ACME}~c") is None
    assert list(sets.of_customer(ACME)) == kept
    assert list(sets.of_customer(ACME, after=f"{ACME}~a")) == kept[1:]
    assert list(sets.of_customer(ACME, after=f"{ACME}~b")) == []


def test_every_page_is_read(fake: FakeDynamoDB) -> None:
    fake.page_items, world = 2, World(fake)
    kept = [data_set(token) for token in "abcde"]
    for each in kept:
        world.data_sets.record(each)

    assert list(world.data_sets.of_customer(ACME)) == kept


def test_what_became_of_a_data_set_keeps_its_first_word(world: World) -> None:
    sets, id_ = world.data_sets, f"{ACME}~a"
    model = Model(model_id="m", kind=ModelKind.FULL, runs_at="here")
    first = RegisteredModel(model=model, at=NOW, registered_by="x")
    for at in (NOW, LATER):
        assert sets.register(id_, first.model_copy(update={"at": at})) == first
        assert sets.taint(id_, Taint(withdrawal_id=W, at=at)).at == NOW

    kept = sets.kept_of(id_)
    assert kept.models == (first,)
    assert [each.at for each in kept.taints] == [NOW]
    assert sets.kept_of(f"{ACME}~b").models == ()


def test_a_reach_begins_once_lands_once_and_is_finished_by_one(world: World) -> None:
    reaches = world.reaches
    reach = Reach(withdrawal_id=W, customer=ACME, acted_at=NOW, begun_at=NOW, epochs=(1,))
    assert reaches.shown(W) is None

    assert reaches.begin(reach) == reach
    assert reaches.begin(reach.model_copy(update={"epochs": (2,), "begun_at": LATER})) == reach
    for at in (NOW + SECOND, LATER):
        reaches.found(W, f"{ACME}~a", at)
        reaches.found(W, f"{ACME}~b", at)
        reaches.landed(W, f"{ACME}~a", at)
    finishing = [reaches.finish(W, NOW + 2 * SECOND), reaches.finish(W, LATER)]

    shown = reaches.shown(W)
    assert shown
    assert [(e.data_set_id, e.found_at, e.landed_at) for e in shown.data_sets] == [
        (f"{ACME}~a", NOW + SECOND, NOW + SECOND),
        (f"{ACME}~b", NOW + SECOND, None),
    ]
    assert (finishing, shown.finished_at) == ([True, False], NOW + 2 * SECOND)


def test_how_far_a_delivery_has_looked_is_the_last_that_it_kept(world: World) -> None:
    reaches = world.reaches
    assert reaches.looked_until(W) is None

    for token in ("a", "c", "b"):
        reaches.looked(W, f"{ACME}~{token}", NOW)

    assert reaches.looked_until(W) == f"{ACME}~c"
    assert reaches.looked_until(f"{ACME}~party~w-10") is None


@pytest.mark.parametrize("other", [f"{ACME}~party~w-10", f"{ACME}~party~w", "globex~party~w-1"])
def test_withdrawals_of_like_names_are_apart(world: World, other: str) -> None:
    reach = Reach(withdrawal_id=W, customer=ACME, acted_at=NOW, begun_at=NOW, epochs=(1,))

    world.reaches.begin(reach)

    assert world.reaches.shown(other) is None
