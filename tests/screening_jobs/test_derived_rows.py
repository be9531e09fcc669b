"""A derived row has the outcome of its strictest source, through any number of steps."""

from datetime import timedelta
from typing import Any

import pytest

from consentry.audit.audit_row import encode_row
from consentry.decisions.evaluation import ALLOW_LASTS
from consentry.manifests.limits import ScreeningLimits
from consentry.screening.row_patterns import evaluate_pattern
from tests.testkit.builders.dependencies import DEFAULT_ASSIGNMENT, NOW, consent_event, library
from tests.testkit.builders.derived_rows import (
    DERIVED_FIELDS,
    derived_row,
    row_outcomes,
    screen,
    telemetry_row,
)
from tests.testkit.builders.screenings import (
    TIMED_FIELDS,
    ScreeningDriver,
    csv_screening,
    row,
    screening_with_withdrawals,
)


@pytest.fixture
def acme() -> ScreeningDriver:
    return screening_with_withdrawals("bob")


def test_rows_derived_from_a_rejected_row_are_rejected_by_the_same_rule(
    acme: ScreeningDriver,
) -> None:
    refused = [telemetry_row("s", "t"), derived_row("t", "a"), derived_row("a", who="bob")]
    admitted = [telemetry_row("s2", "t2"), derived_row("t2", "a2"), derived_row("a2", who="cid")]

    decision = screen(acme, *refused, *admitted)

    assert acme.output(decision, "rejected") == b"".join(refused)
    assert acme.output(decision, "admitted") == b"".join(admitted)
    assert [each["rules"] for each in acme.reasons(decision)] == [["house.no-use-on-refusal"]] * 3
    assert acme.report(decision)["rules"]["rejected"] == {"house.no-use-on-refusal": 3}


def test_a_source_may_come_in_a_later_block(acme: ScreeningDriver) -> None:
    acme.limits = ScreeningLimits(block=1)
    lines = [
        telemetry_row("s", "t"),
        telemetry_row("t", "a"),
        derived_row("a", who="bob"),
        telemetry_row("u", "b"),
        derived_row("b"),
    ]

    assert row_outcomes(acme, *lines) == [*["rejected"] * 3, *["admitted"] * 2]


def test_an_intermediate_row_counts_as_a_source(acme: ScreeningDriver) -> None:
    lines = [telemetry_row("s", "t"), derived_row("t", "a", who="bob"), derived_row("a")]

    assert row_outcomes(acme, *lines) == ["rejected", "rejected", "admitted"]


def test_a_derived_row_is_evaluated_with_all_categories_of_its_sources(
    acme: ScreeningDriver,
) -> None:
    lines = [
        derived_row("w", data="public_web"),
        telemetry_row("l", ["a", "w"]),
        derived_row("a"),
        telemetry_row("m", "a"),
    ]

    assert row_outcomes(acme, *lines) == ["rejected", "rejected", "admitted", "admitted"]


def test_a_row_derived_only_from_rejected_rows_is_rejected(acme: ScreeningDriver) -> None:
    decision = screen(acme, telemetry_row("l", "a"), derived_row("a", who="bob"))

    assert not decision.allows
    assert [kind.rows for kind in decision.row_patterns] == [1, 1]


def test_an_admitted_source_does_not_admit_a_rejected_row(acme: ScreeningDriver) -> None:
    assert row_outcomes(acme, derived_row("a"), derived_row("b", "a", who="bob")) == [
        "admitted",
        "rejected",
    ]


@pytest.mark.parametrize("source", [{}, {"from": None}, {"from": []}, {"from": ["a", "a"]}])
def test_rows_without_sources_or_with_admitted_sources_are_admitted(
    acme: ScreeningDriver, source: dict[str, Any]
) -> None:
    assert row_outcomes(acme, derived_row("a"), row("cid", id="b", **source)) == [
        "admitted",
        "admitted",
    ]


def test_derivation_chains_may_be_long_and_in_any_order(acme: ScreeningDriver) -> None:
    long = 3000
    lines = [derived_row(f"i{number}", f"i{number + 1}") for number in range(long)]

    decision = screen(acme, *lines, derived_row(f"i{long}", who="bob"), derived_row("free"))

    assert decision.outputs["rejected"].rows == long + 1
    assert decision.outputs["admitted"].rows == 1


@pytest.mark.parametrize(
    ("combine", "expected"),
    [
        ("recording", ["rejected", "rejected", "rejected", "admitted"]),
        ("segments", ["admitted", "rejected", "admitted", "admitted"]),
    ],
)
def test_a_source_is_evaluated_with_the_people_of_its_recording(
    acme: ScreeningDriver, combine: str, expected: list[str]
) -> None:
    lines = [
        derived_row("a", meeting="m1", onset=0, duration=1),
        derived_row("b", who="bob", meeting="m1", onset=1, duration=1),
        telemetry_row("s", "a", meeting="logs", onset=0, duration=0),
        telemetry_row("t", meeting="logs", onset=0, duration=0),
    ]

    assert (
        row_outcomes(acme, *lines, fields=TIMED_FIELDS | DERIVED_FIELDS, combine=combine)
        == expected
    )


def test_csv_columns_can_name_sources(acme: ScreeningDriver) -> None:
    rest = b",2026-02-01T09:00:00Z,customer_content.audio\n"
    people = {"field": "who", "role": "speaker"}
    lines = [b"s,a;b,ann", b"t,a,cid", b"a,,ann", b"b,,bob"]
    acme.put([b"id,from,who,at,data\n", *(line + rest for line in lines)])

    decision = acme.screen(csv_screening(fields=DERIVED_FIELDS | {"people": people}))

    outside = [(each["line"], each["outcome"]) for each in acme.reasons(decision)]
    assert outside == [(1, "rejected"), (4, "rejected")]


def test_a_csv_id_that_would_be_read_as_two_sources_may_be_any_item(acme: ScreeningDriver) -> None:
    rest = b",2026-02-01T09:00:00Z,customer_content.audio\n"
    people = {"field": "who", "role": "speaker"}
    lines = [b"s,a;b,ann", b"a,,ann", b"b,,ann", b"a;b,,bob"]
    acme.put([b"id,from,who,at,data\n", *(line + rest for line in lines)])

    decision = acme.screen(csv_screening(fields=DERIVED_FIELDS | {"people": people}))

    assert [each["outcome"] for each in acme.reasons(decision)] == ["undetermined"] * 4


def test_an_allow_expires_with_the_first_consent_of_any_source(acme: ScreeningDriver) -> None:
    soon = NOW + timedelta(minutes=5)
    acme.deps.record(consent_event("g", "grant", person="cid", until=soon.isoformat()))

    decision = screen(
        acme, telemetry_row("s", "a"), derived_row("a", who="cid"), telemetry_row("t")
    )

    policy_sets = DEFAULT_ASSIGNMENT.resolve(library())
    speech, later, derived = decision.row_patterns
    ends = [evaluate_pattern(kind, policy_sets, at=NOW).expires_at for kind in (speech, derived)]
    assert ends == [soon, soon]
    assert evaluate_pattern(later, policy_sets, at=NOW).expires_at == NOW + ALLOW_LASTS


def test_row_patterns_without_sources_store_no_sources(acme: ScreeningDriver) -> None:
    plain = screen(acme, derived_row("a"), derived_row("b", "a"), telemetry_row("l"))
    derived = screen(acme, derived_row("a"), telemetry_row("l", "a"), request_id="s-2")

    assert b'"sources"' not in encode_row(plain)
    assert [len(kind.sources) for kind in derived.row_patterns] == [0, 1]
