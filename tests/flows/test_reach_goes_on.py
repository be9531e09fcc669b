"""What cannot be read keeps no data set clean, and a delivery goes on where the one before it stopped."""

import pytest

from consentry.kernel.errors import UnavailableError
from consentry.propagation import propagate_withdrawal
from tests.fakes.worlds import ACME
from tests.flows.reaching import Reaching, made


@pytest.mark.parametrize("spoilt", [b"", None], ids=["damaged", "removed"])
def test_who_may_be_in_a_data_set_whose_file_of_people_is_lost_is_taken_to_be_in_it(
    reaching: Reaching, spoilt: bytes | None
) -> None:
    his = made(reaching, "bob")
    hers = made(reaching, "ann", request_id="s-2")
    found = reaching.acme.deps.data_sets.of(his)
    assert found
    reaching.acme.store.objects.pop(found.people.key)
    if spoilt is not None:
        reaching.acme.store.objects[found.people.key] = spoilt

    reached = reaching.carry(reaching.withdraw("ann"))

    assert reached
    assert {each.data_set_id for each in reached.data_sets} == {his, hers}
    assert reaching.show(his).status == reaching.show(hers).status == "tainted"


def test_what_was_found_is_marked_though_what_follows_cannot_be_read_and_a_later_delivery_goes_on(
    reaching: Reaching, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(propagate_withdrawal, "BATCH_SIZE", 1)
    ids = sorted(made(reaching, "ann", request_id=f"s-{number}") for number in range(4))
    withdrawal, read, unreadable = reaching.withdraw("ann"), list[str](), set[str]()

    def reading(key: str) -> None:
        read.append(key)
        if key in unreadable:
            raise UnavailableError("not read")

    reaching.acme.store.before_read = reading
    files = [_file_of(reaching, id_) for id_ in ids]
    unreadable.add(files[2])
    with pytest.raises(UnavailableError):
        reaching.carry(withdrawal)
    conditions = [reaching.show(id_).status for id_ in ids]
    unreadable.clear()
    read.clear()
    reached = reaching.carry(withdrawal)

    assert conditions == ["tainted", "tainted", "clean", "clean"]
    assert read == files[2:]
    assert reached
    assert [each.propagated_at is None for each in reached.data_sets] == [False] * 4


def _file_of(reaching: Reaching, data_set_id: str) -> str:
    found = reaching.acme.deps.data_sets.of(data_set_id)
    assert found
    return found.people.key


def test_a_record_of_a_screening_that_was_never_committed_is_marked_by_nobody(
    reaching: Reaching,
) -> None:
    hers = made(reaching, "ann")
    deps = reaching.acme.deps
    committed = deps.data_sets.of(hers)
    assert committed
    stray = committed.model_copy(update={"data_set_id": f"{ACME}~{'a' * 26}"})
    deps.data_sets.record(stray)

    reached = reaching.carry(reaching.withdraw())

    assert reached
    assert [each.data_set_id for each in reached.data_sets] == [hers]
    assert deps.data_sets.state_of(stray.data_set_id).taints == ()
