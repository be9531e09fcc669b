"""What is derived goes where the strictest of its sources goes, however many steps lie between."""

from datetime import timedelta
from typing import Any

import pytest

from consentry.audit.audit_row import encode_row
from consentry.decisions.evaluation import ALLOW_LASTS
from consentry.manifests import lines_manifest
from consentry.screening.row_patterns import evaluate_pattern
from tests.fakes.derived import DERIVED, log, made, places, screen
from tests.fakes.screenings import TIMED, Screened, csv_screening, row, without
from tests.fakes.worlds import BOUND, NOW, consent_event, library


@pytest.fixture
def acme() -> Screened:
    return without("bob")


def test_what_was_made_from_refused_speech_is_refused_with_it_by_the_same_rule(
    acme: Screened,
) -> None:
    refused = [log("s", "t"), made("t", "a"), made("a", who="bob")]
    admitted = [log("s2", "t2"), made("t2", "a2"), made("a2", who="cid")]

    decision = screen(acme, *refused, *admitted)

    assert acme.output(decision, "rejected") == b"".join(refused)
    assert acme.output(decision, "admitted") == b"".join(admitted)
    assert [each["rules"] for each in acme.reasons(decision)] == [["house.nobody-who-refused"]] * 3
    assert acme.report(decision)["rules"]["rejected"] == {"house.nobody-who-refused": 3}


def test_a_source_may_lie_in_a_block_that_was_not_read_yet(
    acme: Screened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines_manifest, "BLOCK_BYTES", 1)
    lines = [log("s", "t"), log("t", "a"), made("a", who="bob"), log("u", "b"), made("b")]

    assert places(acme, *lines) == [*["rejected"] * 3, *["admitted"] * 2]


def test_what_lies_between_is_a_source_too(acme: Screened) -> None:
    lines = [log("s", "t"), made("t", "a", who="bob"), made("a")]

    assert places(acme, *lines) == ["rejected", "rejected", "admitted"]


def test_derived_data_takes_the_strictest_class(acme: Screened) -> None:
    lines = [made("w", data="public_web"), log("l", ["a", "w"]), made("a"), log("m", "a")]

    assert places(acme, *lines) == ["rejected", "rejected", "admitted", "admitted"]


def test_where_only_sources_would_be_free_nothing_is_allowed(acme: Screened) -> None:
    decision = screen(acme, log("l", "a"), made("a", who="bob"))

    assert not decision.allows
    assert [kind.rows for kind in decision.row_patterns] == [1, 1]


def test_a_row_is_no_freer_than_it_is_alone(acme: Screened) -> None:
    assert places(acme, made("a"), made("b", "a", who="bob")) == ["admitted", "rejected"]


@pytest.mark.parametrize("source", [{}, {"from": None}, {"from": []}, {"from": ["a", "a"]}])
def test_what_is_derived_from_nothing_or_from_the_admitted_is_admitted(
    acme: Screened, source: dict[str, Any]
) -> None:
    assert places(acme, made("a"), row("cid", id="b", **source)) == ["admitted", "admitted"]


def test_a_chain_may_be_long_and_stand_in_any_order(acme: Screened) -> None:
    long = 3000
    lines = [made(f"i{number}", f"i{number + 1}") for number in range(long)]

    decision = screen(acme, *lines, made(f"i{long}", who="bob"), made("free"))

    assert decision.outputs["rejected"].rows == long + 1
    assert decision.outputs["admitted"].rows == 1


@pytest.mark.parametrize(
    ("combine", "expected"),
    [
        ("recording", ["rejected", "rejected", "rejected", "admitted"]),
        ("segments", ["admitted", "rejected", "admitted", "admitted"]),
    ],
)
def test_a_source_is_judged_with_the_people_of_its_recording(
    acme: Screened, combine: str, expected: list[str]
) -> None:
    lines = [
        made("a", meeting="m1", onset=0, duration=1),
        made("b", who="bob", meeting="m1", onset=1, duration=1),
        log("s", "a", meeting="logs", onset=0, duration=0),
        log("t", meeting="logs", onset=0, duration=0),
    ]

    assert places(acme, *lines, fields=TIMED | DERIVED, combine=combine) == expected


def test_columns_of_csv_name_sources_too(acme: Screened) -> None:
    said = b",2026-02-01T09:00:00Z,customer_content.audio\n"
    people = {"field": "who", "role": "speaker"}
    lines = [b"s,a;b,ann", b"t,a,cid", b"a,,ann", b"b,,bob", b"a;b,,ann"]
    acme.put([b"id,from,who,at,data\n", *(line + said for line in lines)])

    decision = acme.screen(csv_screening(fields=DERIVED | {"people": people}))

    # The last one's id would be two other items where it is named as a source.
    outside = [(each["line"], each["outcome"]) for each in acme.reasons(decision)]
    assert outside == [(1, "rejected"), (4, "rejected"), (5, "undetermined")]


def test_an_allow_ends_with_the_first_consent_that_a_source_stands_on(acme: Screened) -> None:
    soon = NOW + timedelta(minutes=5)
    acme.deps.record(consent_event("g", "grant", person="cid", until=soon.isoformat()))

    decision = screen(acme, log("s", "a"), made("a", who="cid"), log("t"))

    policy_sets = BOUND.policy_sets(library())
    speech, later, derived = decision.row_patterns
    ends = [evaluate_pattern(kind, policy_sets, at=NOW).expires_at for kind in (speech, derived)]
    assert ends == [soon, soon]
    assert evaluate_pattern(later, policy_sets, at=NOW).expires_at == NOW + ALLOW_LASTS


def test_kinds_that_are_derived_from_nothing_are_stored_as_before(acme: Screened) -> None:
    plain = screen(acme, made("a"), made("b", "a"), log("l"))
    derived = screen(acme, made("a"), log("l", "a"), request_id="s-2")

    assert b'"sources"' not in encode_row(plain)
    assert [len(kind.sources) for kind in derived.row_patterns] == [0, 1]
