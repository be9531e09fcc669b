"""Decide at once for one customer and for many, on a fake whose transactions hold their items."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest

from tests.benchmarks.stopwatch import LONG, print_table
from tests.testkit.builders.dependencies import FakeDependencies, consent_event, use_request
from tests.testkit.fakes.dynamodb_conflicts import ConflictingDynamoDB
from tests.testkit.fakes.dynamodb_tables import create_tables

AT_ONCE = 1_000 if LONG else 100


def tables() -> ConflictingDynamoDB:
    """Empty tables: a transaction holds its items for 8 ms, and a call takes 3 ms."""
    client = ConflictingDynamoDB()
    create_tables(client)
    return client


def opened(client: Any) -> FakeDependencies:
    deps = FakeDependencies(client)
    vars(deps)["pause"] = time.sleep
    return deps


def timed[T](work: Callable[[], T]) -> tuple[float, T]:
    began = time.monotonic()
    result = work()
    return time.monotonic() - began, result


def decide_at_once(client: Any, customers: int) -> list[bool]:
    """Allows on telemetry, which needs no consent; the requests are spread over the customers."""

    def decide(number: int) -> bool:
        request = use_request(
            f"r-{number}",
            customer=f"acme-{number % customers}",
            data=["service_generated.telemetry"],
            people=[],
        )
        return opened(client).decide(request).allows

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(decide, range(AT_ONCE)))


@pytest.mark.benchmark
def test_decisions_at_once_of_one_customer_and_of_many() -> None:
    taken = {}
    for customers in (AT_ONCE, 1):
        client = tables()
        taken[customers], answers = timed(partial(decide_at_once, client, customers))
        assert len(answers) == AT_ONCE
        assert all(answers)
        assert not client.conflicts
    withdrawals = {}
    withdrawal = consent_event("w", "withdrawal", customer="acme-0")
    for busy in (False, True):
        client = tables()
        with ThreadPoolExecutor(1) as pool:
            load = pool.submit(decide_at_once, client, 1) if busy else None
            withdrawals[busy], _ = timed(partial(opened(client).record, withdrawal))
            if load:
                load.result()
        assert client.transactions == 1
        assert not client.conflicts

    one, many = taken[1], taken[AT_ONCE]
    print_table(
        f"{AT_ONCE:,} decisions at once",
        {
            "one customer, time against as many customers": (f"{one / many:.2f}x",),
            "attempts of a withdrawal meanwhile": (1,),
            "its time against that without decisions": (
                f"{withdrawals[True] / withdrawals[False]:.2f}x",
            ),
        },
    )
