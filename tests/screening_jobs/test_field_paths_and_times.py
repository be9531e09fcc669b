"""Names with dots, lists of objects, times in a declared zone, exponents, and what messages name."""

import json
from typing import Any

import pytest

from consentry.kernel.errors import InvalidRequestError
from consentry.screening.screening_decision import ScreeningDecision
from tests.testkit.builders.screenings import (
    AUDIO,
    CONSTANTS,
    FIELDS,
    KEY,
    TIMED_FIELDS,
    ScreeningDriver,
    row,
    rttm_screening,
    screening,
    screening_with_withdrawals,
    segment_line,
)

OUTCOMES = ("admitted", "rejected", "undetermined")


@pytest.fixture
def acme() -> ScreeningDriver:
    return screening_with_withdrawals("bob")


def people(field: Any) -> dict[str, Any]:
    return {"people": {"field": field, "role": "speaker"}}


def screen(
    acme: ScreeningDriver, *documents: Any, form: str = "jsonl", **fields: Any
) -> ScreeningDecision:
    """Screen documents, or the bytes of lines."""
    acme.put(d if isinstance(d, bytes) else json.dumps(d).encode() + b"\n" for d in documents)
    location = {"key": KEY, "format": form}
    return acme.screen(screening(manifest=location, fields=CONSTANTS | fields))


def rows(decision: ScreeningDecision) -> list[int]:
    return [decision.outputs[name].rows for name in OUTCOMES]


@pytest.mark.parametrize(
    ("field", "document"),
    [
        (["a.b"], {"a.b": "{}"}),
        (["a.b", "c"], {"a.b": {"c": "{}"}}),
        (["a.b", "[]", "c.d"], {"a.b": [{"c.d": "{}"}]}),
        (["a[]"], {"a[]": "{}"}),
        ([" "], {" ": "{}"}),
        ("a[].b", {"a": [{"b": "{}"}]}),
        ("a[].b", {"a": [{"b": ["{}"]}]}),
        ("a[][].b", {"a": [[{"b": "{}"}]]}),
        ("a.b[].c.d[].e", {"a": {"b": [{"c": {"d": [{"e": "{}"}]}}]}}),
        ("a[]", {"a": ["{}"]}),
    ],
    ids=str,
)
def test_a_path_leads_to_people(acme: ScreeningDriver, field: Any, document: Any) -> None:
    lines = [json.dumps(document).replace("{}", who).encode() + b"\n" for who in ("ann", "bob")]

    decision = screen(acme, *lines, **people(field))

    assert (rows(decision), decision.invalid_rows) == ([1, 1, 0], {})


def test_all_people_in_a_list_of_objects_count(acme: ScreeningDriver) -> None:
    decision = screen(
        acme, {"a": [{"b": "ann"}, {"b": "bob"}]}, {"a": [{"b": "ann"}] * 2}, **people("a[].b")
    )

    assert rows(decision) == [1, 1, 0]


def test_people_with_roles_in_lists_of_objects_are_read(acme: ScreeningDriver) -> None:
    mapping: dict[str, Any] = {"people": {"field": "a[].b"}}
    decision = screen(acme, {"a": [{"b": {"person": "bob", "role": "host"}}]}, **mapping)

    assert rows(decision) == [0, 1, 0]


@pytest.mark.promise(4)
@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ([{"b": "ann"}, {}], "people: is missing"),
        ([{"b": "ann"}, {"b": None}], "people.person: is not an id: a text of 1 to 256 bytes"),
        ([{"b": "ann"}, "ann"], "people: is missing"),
        ([{"b": "ann"}, None], "people: is missing"),
        ({"b": "ann"}, "people: is not in a list"),
        (None, "people: is not in a list"),
        ([{"b": [["ann"]]}], "people.person: is not an id: a text of 1 to 256 bytes"),
    ],
)
def test_a_list_of_objects_that_cannot_be_read_admits_nothing(
    acme: ScreeningDriver, value: Any, problem: str
) -> None:
    decision = screen(acme, {"a": value}, **people("a[].b"))

    (found,) = decision.invalid_rows
    assert found.startswith(problem)
    assert found.endswith("(column `a[].b`)")
    assert rows(decision) == [0, 0, 1]


def test_an_unreadable_list_of_objects_blocks_its_recording(acme: ScreeningDriver) -> None:
    good = {"a": [{"b": "ann"}], "meeting": "m1"}
    bad, other = good | {"a": [{}]}, good | {"meeting": "m2"}

    decision = screen(acme, good, bad, other, **people("a[].b"), recording={"field": "meeting"})

    assert rows(decision) == [1, 0, 2]


@pytest.mark.parametrize("form", ["csv", "tsv"])
def test_a_column_of_a_table_may_have_any_name(acme: ScreeningDriver, form: str) -> None:
    mark = "," if form == "csv" else "\t"
    for name, field in (("a.b", "a.b"), ("a..b", ["a..b"]), ("who[]", "who[]"), ("a.b", ["a.b"])):
        lines = [f"{name}{mark}x\n", f"ann{mark}\n", f"bob{mark}\n"]
        decision = screen(acme, *[line.encode() for line in lines], form=form, **people(field))
        assert rows(decision) == [1, 1, 0]
        acme = screening_with_withdrawals("bob")


MOMENTS = [
    ("2026-02-01T09:00:00", "Europe/Berlin", "2026-02-01T08:00:00+00:00"),
    ("2025-07-01 09:00", "Europe/Berlin", "2025-07-01T07:00:00+00:00"),
    ("2025-07-01T09:00:00.25", "UTC", "2025-07-01T09:00:00.250000+00:00"),
    ("2026-02-01", "America/New_York", "2026-02-01T05:00:00+00:00"),
    ("2026-02-01T09:00:00+05:00", "Europe/Berlin", "2026-02-01T04:00:00+00:00"),
    ("2026-02-01T09:00:00Z", "Europe/Berlin", "2026-02-01T09:00:00+00:00"),
    # The day begins at one o'clock: the clocks skip midnight.
    ("2025-09-07", "America/Santiago", "2025-09-07T04:00:00+00:00"),
]


@pytest.mark.parametrize(("text", "zone", "moment"), MOMENTS)
@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_times_without_an_offset_and_dates_are_in_the_declared_zone(
    acme: ScreeningDriver, text: str, zone: str, moment: str, form: str
) -> None:
    lines = [{"p": "ann", "at": text}] if form == "jsonl" else [f"p,at\nann,{text}\n".encode()]

    decision = screen(
        acme, *lines, form=form, **people("p"), collected_at={"field": "at", "zone": zone}
    )

    (pattern,) = decision.row_patterns
    assert pattern.facts.collected_at.isoformat() == moment


@pytest.mark.promise(4)
@pytest.mark.parametrize(
    "text",
    ["2025-03-30T02:30:00", "2025-10-26T02:30:00", "2025-02-30", "01.02.2026", "20260201", "", 5],
)
def test_a_time_that_is_not_one_moment_of_the_zone_is_undetermined(
    acme: ScreeningDriver, text: Any
) -> None:
    zone = {"field": "at", "zone": "Europe/Berlin"}
    decision = screen(acme, {"p": "ann", "at": text}, **people("p"), collected_at=zone)

    problem = "collected_at: is not a time such as 2026-02-01T09:00:00Z (column `at`)"
    assert decision.invalid_rows == {problem: 1}


@pytest.mark.parametrize("zone", ["", "Berlin", "Europe", "../etc/passwd", "/etc/passwd", 1])
def test_an_unknown_zone_is_rejected(zone: Any) -> None:
    with pytest.raises(InvalidRequestError, match=r"^fields.collected_at"):
        screening(fields=FIELDS | {"collected_at": {"field": "at", "zone": zone, "constant": None}})


def test_a_zone_needs_a_field() -> None:
    at = {"constant": "2026-02-01T09:00:00Z", "zone": "UTC"}
    with pytest.raises(InvalidRequestError, match="so it must also have `field`"):
        screening(fields=FIELDS | {"collected_at": at})


@pytest.mark.parametrize(
    ("onset", "duration", "seconds"),
    [("1e-05", "1.5E+00", 1.5), ("1.2e1", "25e-1", 2.5), ("0e0", "1E2", 100.0)],
)
def test_rttm_times_may_have_exponents(
    acme: ScreeningDriver, onset: str, duration: str, seconds: float
) -> None:
    acme.put([segment_line("m1", "ann", onset, duration)])

    decision = acme.screen(rttm_screening(combine="segments"))

    assert decision.outputs["admitted"].seconds == seconds


def test_exponents_in_rttm_overlap_exactly(acme: ScreeningDriver) -> None:
    acme.put([segment_line("m1", "ann", "0", "1.5"), segment_line("m1", "bob", "15e-1", "1e0")])

    decision = acme.screen(rttm_screening(combine="segments"))

    assert [decision.outputs[name].rows for name in OUTCOMES] == [1, 1, 0]


@pytest.mark.promise(4)
@pytest.mark.parametrize("onset", ["1e100", "-1e0", "1e", "e5", "1e-31", "nan", "0x1p3", "1_0e1"])
def test_another_number_in_rttm_blocks_its_recording(acme: ScreeningDriver, onset: str) -> None:
    acme.put([segment_line("m1", "ann", "0", "1"), segment_line("m1", "ann", onset, "1")])

    decision = acme.screen(rttm_screening())

    assert [decision.outputs[name].rows for name in OUTCOMES] == [0, 0, 2]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"at": "soon"}, "collected_at: is not a time such as 2026-02-01T09:00:00Z (column `at`)"),
        (
            {"at": "2026-02-01"},
            "collected_at: is a date or time without an offset: declare its `zone` (column `at`)",
        ),
        ({"data": "smell"}, "data: is not a data category, or a list of 1 to 32 of them (column `data`)"),
        ({"data": []}, "data: is not a data category, or a list of 1 to 32 of them (column `data`)"),
        (
            {"people": [7.5]},
            "people.person: is not an id: a text of 1 to 256 bytes without control characters, "
            "or an integer (column `people`)",
        ),
        (
            {"people": [{"person": "ann", "role": "x"}]},
            "people.role: is not a role of the vocabulary (column `people`)",
        ),
        ({"onset": "soon"}, "onset: is not a number of seconds (column `onset`)"),
        ({"meeting": 5}, "recording: is not a text, or is blank (column `meeting`)"),
    ],
)  # fmt: skip
def test_a_problem_names_the_field_the_column_and_the_expected_type(
    acme: ScreeningDriver, changes: dict[str, Any], problem: str
) -> None:
    good = {"people": ["ann"], "data": AUDIO, "at": "2026-02-01T09:00:00Z", "meeting": "m1"}
    line = good | {"onset": 0, "duration": 1} | changes
    acme.put([json.dumps(line).encode() + b"\n"])

    decision = acme.screen(screening(fields=TIMED_FIELDS))

    assert dict(decision.invalid_rows) == {problem: 1}


@pytest.mark.promise(9)
@pytest.mark.parametrize("name", ["x" * 65, "Zo\u00eb", "a\tb"])
def test_a_long_or_unusual_column_name_is_not_repeated(acme: ScreeningDriver, name: str) -> None:
    decision = screen(acme, {"p": 1}, **people([name]))

    assert decision.invalid_rows == {"people: is missing": 1}


@pytest.mark.parametrize("form", ["csv", "tsv"])
def test_a_header_without_a_column_names_it(acme: ScreeningDriver, form: str) -> None:
    mark = b"," if form == "csv" else b"\t"
    for header, problem in ((b"q", "is not in"), (b"p" + mark + b"p", "is several times in")):
        with pytest.raises(InvalidRequestError) as raised:
            screen(acme, header + b"\n", form=form, **people("p"))
        assert str(raised.value) == f"people: {problem} the header (column `p`)"


@pytest.mark.parametrize(
    ("form", "fields", "problem"),
    [
        ("csv", people(["a", "b"]), "must each be one column for csv"),
        ("tsv", {}, "must name at least one column for tsv"),
        (
            "jsonl",
            people("p") | {"data": {"field": "a[].b"}},
            "can step into a list only for people",
        ),
        ("jsonl", people([]), "is not a field"),
        ("jsonl", people(["a", ""]), "is not a field"),
        ("jsonl", people(["a", 5]), "is not a field"),
        ("jsonl", people("a..b"), "is not a field"),
    ],
)
def test_a_path_that_does_not_fit_is_rejected(
    form: str, fields: dict[str, Any], problem: str
) -> None:
    with pytest.raises(InvalidRequestError, match=problem):
        screening(manifest={"key": KEY, "format": form}, fields=CONSTANTS | fields)


def test_blank_lines_that_follow_each_other_have_one_reason(acme: ScreeningDriver) -> None:
    acme.put([b"\n\n \n", row("ann"), b"\n\n", b"?\n", b"\n"])

    decision = acme.screen()

    lines = [json.loads(line) for line in acme.output(decision, "reasons").splitlines()]
    assert [(each["line"], each.get("through")) for each in lines] == [
        (1, 3),
        (5, 6),
        (7, None),
        (8, None),
    ]
    assert [each["line"] for each in acme.reasons(decision)] == [1, 2, 3, 5, 6, 7, 8]
    assert decision.invalid_rows["line: is blank"] == 6
    assert acme.output(decision, "undetermined") == b"\n\n \n\n\n?\n\n"
