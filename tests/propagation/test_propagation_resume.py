"""An unreadable membership file leaves no data set clean, and a propagation resumes."""

import pytest

from consentry.kernel.errors import UnavailableError
from tests.testkit.builders.dependencies import ACME
from tests.testkit.builders.propagations import PropagationDriver, create_data_set


@pytest.mark.parametrize("content", [b"", None], ids=["damaged", "removed"])
def test_a_data_set_with_a_lost_membership_file_is_tainted(
    propagation_driver: PropagationDriver, content: bytes | None
) -> None:
    his = create_data_set(propagation_driver, "bob")
    hers = create_data_set(propagation_driver, "ann", request_id="s-2")
    found = propagation_driver.acme.deps.data_sets.get(his)
    assert found
    propagation_driver.acme.store.objects.pop(found.membership_file.key)
    if content is not None:
        propagation_driver.acme.store.objects[found.membership_file.key] = content

    status = propagation_driver.deliver(propagation_driver.withdraw("ann"))

    assert status
    assert {each.data_set_id for each in status.data_sets} == {his, hers}
    assert propagation_driver.show(his).status == propagation_driver.show(hers).status == "tainted"


def test_propagation_resumes_after_an_unreadable_membership_file(
    propagation_driver: PropagationDriver,
) -> None:
    propagation_driver.batch_size = 1
    ids = sorted(
        create_data_set(propagation_driver, "ann", request_id=f"s-{number}") for number in range(4)
    )
    withdrawal, read, unreadable = propagation_driver.withdraw("ann"), list[str](), set[str]()

    def before_read(key: str) -> None:
        read.append(key)
        if key in unreadable:
            raise UnavailableError("not readable")

    propagation_driver.acme.store.before_read = before_read
    files = [_file_of(propagation_driver, id_) for id_ in ids]
    unreadable.add(files[2])
    with pytest.raises(UnavailableError):
        propagation_driver.deliver(withdrawal)
    statuses = [propagation_driver.show(id_).status for id_ in ids]
    unreadable.clear()
    read.clear()
    status = propagation_driver.deliver(withdrawal)

    assert statuses == ["tainted", "tainted", "clean", "clean"]
    assert read == files[2:]
    assert status
    assert [each.propagated_at is None for each in status.data_sets] == [False] * 4


def _file_of(propagation_driver: PropagationDriver, data_set_id: str) -> str:
    found = propagation_driver.acme.deps.data_sets.get(data_set_id)
    assert found
    return found.membership_file.key


def test_a_data_set_of_an_uncommitted_screening_is_not_tainted(
    propagation_driver: PropagationDriver,
) -> None:
    hers = create_data_set(propagation_driver, "ann")
    deps = propagation_driver.acme.deps
    committed = deps.data_sets.get(hers)
    assert committed
    stray = committed.model_copy(update={"data_set_id": f"{ACME}~{'a' * 26}"})
    deps.data_sets.record(stray)

    status = propagation_driver.deliver(propagation_driver.withdraw())

    assert status
    assert [each.data_set_id for each in status.data_sets] == [hers]
    assert deps.data_sets.get_state(stray.data_set_id).taints == ()
