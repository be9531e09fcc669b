"""What cannot be read keeps no data set clean, and a delivery goes on where the one before it stopped."""

import pytest

from consentry.kernel.errors import UnavailableError
from consentry.propagation import propagate_withdrawal
from tests.testkit.builders.dependencies import ACME
from tests.testkit.builders.propagations import PropagationDriver, create_data_set


@pytest.mark.parametrize("spoilt", [b"", None], ids=["damaged", "removed"])
def test_a_data_set_with_a_lost_membership_file_is_tainted(
    propagation_driver: PropagationDriver, spoilt: bytes | None
) -> None:
    his = create_data_set(propagation_driver, "bob")
    hers = create_data_set(propagation_driver, "ann", request_id="s-2")
    found = propagation_driver.acme.deps.data_sets.of(his)
    assert found
    propagation_driver.acme.store.objects.pop(found.people.key)
    if spoilt is not None:
        propagation_driver.acme.store.objects[found.people.key] = spoilt

    reached = propagation_driver.deliver(propagation_driver.withdraw("ann"))

    assert reached
    assert {each.data_set_id for each in reached.data_sets} == {his, hers}
    assert propagation_driver.show(his).status == propagation_driver.show(hers).status == "tainted"


def test_propagation_resumes_after_an_unreadable_membership_file(
    propagation_driver: PropagationDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(propagate_withdrawal, "BATCH_SIZE", 1)
    ids = sorted(
        create_data_set(propagation_driver, "ann", request_id=f"s-{number}") for number in range(4)
    )
    withdrawal, read, unreadable = propagation_driver.withdraw("ann"), list[str](), set[str]()

    def reading(key: str) -> None:
        read.append(key)
        if key in unreadable:
            raise UnavailableError("not read")

    propagation_driver.acme.store.before_read = reading
    files = [_file_of(propagation_driver, id_) for id_ in ids]
    unreadable.add(files[2])
    with pytest.raises(UnavailableError):
        propagation_driver.deliver(withdrawal)
    conditions = [propagation_driver.show(id_).status for id_ in ids]
    unreadable.clear()
    read.clear()
    reached = propagation_driver.deliver(withdrawal)

    assert conditions == ["tainted", "tainted", "clean", "clean"]
    assert read == files[2:]
    assert reached
    assert [each.propagated_at is None for each in reached.data_sets] == [False] * 4


def _file_of(propagation_driver: PropagationDriver, data_set_id: str) -> str:
    found = propagation_driver.acme.deps.data_sets.of(data_set_id)
    assert found
    return found.people.key


def test_a_data_set_of_an_uncommitted_screening_is_not_tainted(
    propagation_driver: PropagationDriver,
) -> None:
    hers = create_data_set(propagation_driver, "ann")
    deps = propagation_driver.acme.deps
    committed = deps.data_sets.of(hers)
    assert committed
    stray = committed.model_copy(update={"data_set_id": f"{ACME}~{'a' * 26}"})
    deps.data_sets.record(stray)

    reached = propagation_driver.deliver(propagation_driver.withdraw())

    assert reached
    assert [each.data_set_id for each in reached.data_sets] == [hers]
    assert deps.data_sets.state_of(stray.data_set_id).taints == ()
