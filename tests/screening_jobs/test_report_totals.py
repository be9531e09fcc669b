"""Seconds of speech and numbers of people by row pattern and outcome add up to the outputs."""

import json
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consentry.audit.audit_row import decode_row, encode_row
from consentry.manifests.model import NANOSECONDS
from consentry.screening.report import build_report
from consentry.screening.screening_decision import ScreeningDecision, reevaluate_screening
from tests.testkit.builders.dependencies import FakeDependencies, consent_event, library
from tests.testkit.builders.screenings import (
    FIELDS,
    ScreeningDriver,
    row,
    rttm_screening,
    screening,
    segment_line,
)
from tests.testkit.campaign import examples
from tests.testkit.fakes.dynamodb import FakeDynamoDB
from tests.testkit.fakes.dynamodb_tables import create_tables

OUTCOMES = ("admitted", "rejected", "undetermined")
DURATIONS = st.sampled_from(["0", "0.1", "0.2", "0.3", "2.345", "0.000000001", "86399.999999999"])
NAMES = st.sampled_from(["ann", "bob", "b b"])
LINES = st.builds(segment_line, st.sampled_from(["m1", "m2", "m3"]), NAMES, DURATIONS, DURATIONS)


@pytest.fixture
def acme() -> ScreeningDriver:
    return acme_without("bob")


def acme_without(person: str) -> ScreeningDriver:
    client = FakeDynamoDB()
    create_tables(client)
    screened = ScreeningDriver(FakeDependencies(client))
    screened.deps.grant()
    screened.deps.record(consent_event("w", "withdrawal", person=person))
    return screened


def nanoseconds(seconds: float | str | None) -> int:
    return round(Fraction(str(seconds)) * NANOSECONDS)


@settings(max_examples=examples(20, 240), deadline=None)
@given(st.lists(LINES, max_size=12), st.sampled_from(["recording", "segments"]))
def test_durations_by_row_pattern_add_up_to_the_durations_of_the_outputs(
    lines: list[bytes], combine: str
) -> None:
    screened = acme_without("bob")
    screened.put(lines)

    decision = screened.screen(rttm_screening(combine=combine))

    invalid_rows = screened.output(decision, "undetermined").splitlines()
    for outcome in OUTCOMES:
        total = sum(
            nanoseconds(k.seconds) for k in decision.row_patterns if k.row_outcome == outcome
        )
        if outcome == "undetermined":
            total += sum(nanoseconds(line.split()[4].decode()) for line in invalid_rows)
        assert total == nanoseconds(decision.outputs[outcome].seconds)
    decoded = decode_row(encode_row(decision))
    assert decoded == decision == reevaluate_screening(decision, library())


def test_rows_are_counted_by_number_of_people_up_to_a_limit(acme: ScreeningDriver) -> None:
    many = [f"p{number}" for number in range(20)]
    acme.put([row("ann"), row("cid"), row("ann", "bob"), row(*many), row(*many[:16]), b"?\n"])

    decision = acme.screen()

    assert decision.rows_by_people == {"admitted": {1: 2, 16: 2}, "rejected": {2: 1}}
    people = acme.report(decision)["rows_by_people"]
    assert people == {"admitted": {"1": 2, "16+": 2}, "rejected": {"2": 1}}


def test_a_person_in_two_roles_counts_once_and_empty_rows_count_as_zero(
    acme: ScreeningDriver,
) -> None:
    host, speaker = ({"person": "ann", "role": role} for role in ("host", "speaker"))
    acme.put([json.dumps(json.loads(row()) | {"people": [host, speaker]}).encode() + b"\n", row()])

    decision = acme.screen()

    assert decision.rows_by_people == {"admitted": {1: 1}, "rejected": {0: 1}}


def test_the_report_gives_hours_by_rule_by_data_and_for_invalid_rows(
    acme: ScreeningDriver,
) -> None:
    durations = [("m1", "ann", "3600"), ("m2", "bob", "1800"), ("m3", "b\x01b", "5400")]
    acme.put(segment_line(meeting, person, "0", lasts) for meeting, person, lasts in durations)

    decision = acme.screen(rttm_screening())

    assert acme.report(decision)["hours"] == {
        "rules": {
            "admitted": {"announced.content-improves": 1.0},
            "rejected": {"house.no-use-on-refusal": 0.5},
        },
        "data": {
            "admitted": {"customer_content.audio": 1.0},
            "rejected": {"customer_content.audio": 0.5},
        },
        "invalid_rows": 1.5,
    }


@pytest.mark.parametrize("more", [{}, {"recording": {"field": "meeting"}}])
def test_rows_without_durations_have_no_hours_in_the_report(
    acme: ScreeningDriver, more: dict[str, object]
) -> None:
    acme.put([row("ann", meeting="m1")])

    decision = acme.screen(screening(fields=FIELDS | more))

    assert (decision.outputs["admitted"].recordings, more) in [(None, {}), (1, more)]
    assert acme.report(decision)["hours"] is None
    assert [kind.seconds for kind in decision.row_patterns] == [None]


def test_a_log_row_without_these_counts_is_read_and_reported(acme: ScreeningDriver) -> None:
    acme.put([segment_line("m1", "ann", "0", "2"), segment_line("m2", "bob", "0", "2")])
    logged = json.loads(encode_row(acme.screen(rttm_screening())))
    del logged["rows_by_people"]
    for kind in logged["row_patterns"]:
        del kind["seconds"]

    old = decode_row(json.dumps(logged))

    assert isinstance(old, ScreeningDecision)
    assert reevaluate_screening(old, library()) == old
    report = build_report(old)
    assert (report["rows_by_people"], report["hours"]) == ({}, None)
    assert report["outputs"]["admitted"]["seconds"] == Decimal(2)
