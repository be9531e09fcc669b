"""A screening that admits rows records a data set: its people, its manifest and its use."""

import json
from functools import partial
from typing import Any

import pytest

from consentry.datasets.data_set import DataSet
from consentry.datasets.membership_file import contains
from consentry.screening.screening_decision import ScreeningDecision
from tests.testkit.builders.dependencies import ACME, FakeDependencies, consent_event
from tests.testkit.builders.screenings import (
    TIMED_FIELDS,
    ScreeningDriver,
    csv_screening,
    row,
    rttm_line,
    rttm_screening,
    screening,
)
from tests.testkit.fakes.dynamodb import FakeDynamoDB
from tests.testkit.fakes.pseudonym_repository import seeded

PEOPLE = ("ann", "bob", "cyd", "dan")


@pytest.fixture
def acme(client: FakeDynamoDB) -> ScreeningDriver:
    deps = FakeDependencies(client, seeded(client, ACME))
    deps.grant()
    deps.record(consent_event("bobs", "withdrawal", person="bob"))
    return ScreeningDriver(deps)


def data_set(acme: ScreeningDriver, decision: ScreeningDecision) -> DataSet:
    assert decision.data_set_id
    found = acme.deps.data_sets.get(decision.data_set_id)
    assert found
    return found


def in_it(acme: ScreeningDriver, found: DataSet) -> set[str]:
    """The members of PEOPLE who are in a data set."""
    read = partial(acme.store.part, found.membership_file.key)
    names = acme.deps.pseudonyms.get_or_create_pseudonyms(ACME, PEOPLE)
    return {person for person in PEOPLE if contains(read, names[person])}


def test_the_data_set_record_describes_the_admitted_rows(acme: ScreeningDriver) -> None:
    acme.put([row("ann"), row("bob"), row("ann", "cyd")])

    decision = acme.screen()

    found = data_set(acme, decision)
    assert (found.decision_id, found.customer) == (decision.decision_id, ACME)
    assert (found.operation, found.service) == ("fine_tune", "meeting_summary")
    assert (found.manifest, found.admitted) == (
        decision.manifest.sha256,
        decision.outputs["admitted"].sha256,
    )
    assert (found.rows, found.membership_file.people_count, found.data) == (
        2,
        2,
        ("customer_content.audio",),
    )
    assert found.epochs == decision.epochs
    assert in_it(acme, found) == {"ann", "cyd"}


UNLIKE = json.dumps({"people": "ann", "data": "customer_content.audio"}).encode() + b"\n"
HEADER = b"people,data,at\n"
CELLS = ",customer_content.audio,2026-02-01T09:00:00Z\n"


@pytest.mark.parametrize(
    ("lines", "request_of", "holding"),
    [
        pytest.param([row("ann"), row("bob", "cyd")], screening, {"ann"}, id="by column"),
        pytest.param([UNLIKE, row("ann"), row("bob", "dan")], screening, {"ann"}, id="row by row"),
        pytest.param(
            [HEADER, f"ann;cyd{CELLS}".encode(), f"bob;dan{CELLS}".encode()],
            csv_screening,
            {"ann", "cyd"},
            id="csv",
        ),
        pytest.param(
            [
                rttm_line("m1", "ann"),
                rttm_line("m2", "bob"),
                rttm_line("m2", "dan"),
                rttm_line("m1", "cyd"),
            ],
            rttm_screening,
            {"ann", "cyd"},
            id="recordings",
        ),
        pytest.param(
            [row("ann", meeting="m1"), row("cyd", meeting="m2"), row("bob", meeting="m2")],
            partial(screening, fields={**TIMED_FIELDS, "onset": None, "duration": None}),
            {"ann"},
            id="linked rows",
        ),
    ],
)
def test_a_data_set_contains_exactly_the_people_of_admitted_rows(
    acme: ScreeningDriver, lines: list[bytes], request_of: Any, holding: set[str]
) -> None:
    acme.put(lines)

    decision = acme.screen(request_of())

    assert in_it(acme, data_set(acme, decision)) == holding


def test_a_screening_that_admits_nothing_records_no_data_set(acme: ScreeningDriver) -> None:
    acme.put([row("bob")])

    assert acme.screen().data_set_id is None
    assert list(acme.deps.data_sets.list_by_customer(ACME)) == []


def test_a_redelivered_screening_has_the_same_data_set_record(acme: ScreeningDriver) -> None:
    acme.put([row("ann")])

    assert acme.screen() == acme.screen()
    assert len(list(acme.deps.data_sets.list_by_customer(ACME))) == 1


def test_the_data_set_is_recorded_before_the_decision_is_committed(acme: ScreeningDriver) -> None:
    acme.put([row("ann")])

    class CrashError(Exception):
        pass

    def crashes(*_: Any) -> None:
        raise CrashError

    object.__setattr__(acme.deps.decisions, "commit", crashes)
    with pytest.raises(CrashError):
        acme.screen()

    assert len(list(acme.deps.data_sets.list_by_customer(ACME))) == 1


def test_the_report_names_the_data_set(acme: ScreeningDriver) -> None:
    acme.put([row("ann")])

    decision = acme.screen()

    assert acme.report(decision)["data_set_id"] == decision.data_set_id
