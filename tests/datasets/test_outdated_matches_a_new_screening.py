"""A data set is outdated if a new screening of the same rows admits less.

Only the end of a person's grant may outdate it without need: people of a pattern are one party.
"""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from consentry.datasets.get_data_set import get_data_set
from consentry.kernel.vocabulary import ConsentStatus, Operation
from consentry.terms.assignment import Assignment
from consentry.terms.policy_set import Library, MaterialChange, PolicySet
from consentry.terms.truth_table import Ruling
from tests.testkit.builders.assignments import assign
from tests.testkit.builders.dependencies import (
    ACME,
    DEFAULT_ASSIGNMENT,
    NOW,
    OPERATOR,
    SECOND,
    FakeDependencies,
    library,
)
from tests.testkit.builders.screenings import AUDIO, ScreeningDriver, row, screening
from tests.testkit.fakes.dynamodb import FakeDynamoDB
from tests.testkit.fakes.dynamodb_tables import create_tables

DAY = timedelta(days=1)
TELEMETRY = "service_generated.telemetry"
ASSIGNED_AT, SHOWN_AT = NOW + 4 * DAY, NOW + 5 * DAY
ASSIGNMENTS: list[dict[str, Any] | None] = [
    None,
    {"terms": "announced", "guardrails": ["house"]},
    {"terms": "announced"},
    {"terms": "zoom-terms", "guardrails": ["house"]},
    {"terms": "announced", "guardrails": ["strict"]},
]


def strict() -> PolicySet:
    """Guardrails that forbid what `house` forbids, and data with a person whose grant has ended."""
    house = library().policy_sets["house"]
    table = house.versions[-1]
    forbid = next(n for n, each in enumerate(table.entries) if each.ruling is Ruling.FORBID)
    ended = (ConsentStatus.EXPIRED, ConsentStatus.INVALIDATED)
    numbers = bytes(
        forbid if row.people in ended else number
        for (row, _), number in zip(table.rows(), table.entry_numbers, strict=True)
    )
    versions = (replace(table, policy_set="strict", entry_numbers=numbers),)
    return replace(house, name="strict", versions=versions)


def deployed(material_at: timedelta | None) -> Library:
    """The policy sets, with a material change of `announced` at a time."""
    announced = library().policy_sets["announced"]
    if material_at:
        change = MaterialChange(NOW + material_at, Operation.FINE_TUNE)
        announced = replace(announced, material=(change,))
    return Library({**library().policy_sets, "announced": announced, "strict": strict()})


def grants(chosen: random.Random) -> Iterator[dict[str, Any]]:
    """Grants of some parties, some with an end."""
    for party in (None, "ann", "bob"):
        if chosen.random() < 0.8:
            until = chosen.choice([None, 1, 3, 9])
            ends = {"until": (NOW + until * DAY).isoformat()} if until else {}
            yield {"consent_event_id": f"{party}-1", "person": party, **ends}


def admitted_rows(deps: FakeDependencies, rows: list[bytes], **more: Any) -> Any:
    """A screening's data set id and admitted rows."""
    acme = ScreeningDriver(deps)
    acme.put(rows)
    decision = acme.screen(screening(more.pop("request_id", "s-1")), **more)
    return decision.data_set_id, acme.output(decision, "admitted")


@pytest.mark.parametrize("seed", [*range(60), 226, 311, 793, 797, 871, 1314])
def test_a_data_set_is_outdated_if_a_new_screening_admits_less(seed: int) -> None:
    chosen = random.Random(seed)  # noqa: S311 - a repeatable choice
    default = chosen.choice([DEFAULT_ASSIGNMENT, Assignment("announced", ("strict",))])
    client = FakeDynamoDB()
    create_tables(client)
    before = FakeDependencies(client, library=deployed(None), assignment=default)
    given = list(grants(chosen))
    for grant in given:
        before.grant(at=NOW - SECOND, **grant)
    rows = [
        row(
            *chosen.sample(["ann", "bob"], chosen.randint(0, 2)),
            data=chosen.choice((AUDIO, TELEMETRY)),
        )
        for _ in range(chosen.randint(1, 3))
    ]
    data_set_id, admitted = admitted_rows(before, rows)
    if data_set_id is None:
        return
    old = Counter(admitted.splitlines())

    material_at = chosen.choice([None, 2 * DAY, 9 * DAY])
    after = FakeDependencies(client, library=deployed(material_at), assignment=default)
    _, earlier = admitted_rows(after, rows, request_id="s-2", at=ASSIGNED_AT - SECOND)
    if assignment := chosen.choice(ASSIGNMENTS):
        assign(after, {"customer": ACME} | assignment, at=ASSIGNED_AT)
    _, later = admitted_rows(after, rows, request_id="s-3", at=SHOWN_AT)
    status = get_data_set(data_set_id, caller=OPERATOR, at=SHOWN_AT, deps=after).status

    of_people = [each for each in given if each["person"]]
    ended = any("until" in each and each["until"] <= SHOWN_AT.isoformat() for each in of_people)
    people_lapse = ended or (of_people and material_at == 2 * DAY)
    # Grants only end in between, so a new screening before the assignment sees what they changed.
    lost = any(old - Counter(new.splitlines()) for new in (earlier, later))
    if lost:
        assert status == "outdated"
    elif not people_lapse:
        assert status == "clean"
