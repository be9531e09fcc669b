"""A process that propagates a withdrawal stops before any of its calls; the next delivery completes."""

import re
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from consentry.propagation.propagation import withdrawal_id
from tests.testkit.builders.propagations import PropagationDriver, create_data_set
from tests.testkit.fakes.dynamodb_tables import DATA_SETS, PERMITS

README = Path(__file__).parents[2] / "layers" / "core" / "consentry" / "propagation" / "README.md"


def test_a_crash_at_any_call_is_repaired_by_the_next_delivery(
    propagation_driver: PropagationDriver,
) -> None:
    propagation_driver.batch_size = 1
    ids = {
        create_data_set(propagation_driver, "ann", request_id=f"s-{number}") for number in (1, 2)
    }
    withdrawal = propagation_driver.withdraw("ann")
    deps, events = propagation_driver.acme.deps, propagation_driver.publisher.events
    client = deps.client
    begin, keys, calls = client.snapshot(), set[Any](), 0

    while propagation_driver.stops_after(calls, partial(propagation_driver.deliver, withdrawal)):
        propagation_driver.deliver(withdrawal)

        status = deps.propagations.status(withdrawal_id(withdrawal))
        assert status
        assert status.completed_at
        assert {each.data_set_id for each in status.data_sets if each.propagated_at} == ids
        assert {propagation_driver.show(each).status for each in ids} == {"tainted"}
        assert all(1 <= events.count((kind, each)) <= 2 for kind, each in set(events))
        assert {kind for kind, _ in events} == {"DataSetTainted", "PermitRevoked"}
        keys.add(frozenset((*client.tables[DATA_SETS].items, *client.tables[PERMITS].items)))
        client.restore(begin)
        events.clear()
        calls += 1

    assert calls > 10
    assert len(keys) == 1


@pytest.mark.parametrize("shape", [r"Note over \w+: crash (\d+)", r"(?m)^\| (\d+) \|"])
def test_the_diagram_and_the_table_have_the_same_crash_points(shape: str) -> None:
    numbers = [int(number) for number in re.findall(shape, README.read_text("utf-8"))]

    assert numbers == list(range(1, 10))
