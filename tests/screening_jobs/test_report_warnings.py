"""The report warns about unreadable rows that block others, and about recordings in two manifests."""

from typing import Any

import pytest

from consentry.screening.report import WHOLE_RECORDINGS, build_report
from consentry.screening.report_page import render_report_page
from consentry.screening.screening_decision import ScreeningDecision
from tests.testkit.builders.derived_rows import DERIVED_FIELDS, derived_row
from tests.testkit.builders.screenings import (
    FIELDS,
    TIMED_FIELDS,
    ScreeningDriver,
    row,
    rttm_line,
    rttm_screening,
    screening,
    screening_with_withdrawals,
)

MEETINGS = FIELDS | {"recording": TIMED_FIELDS["recording"]}
ANN, BEN = row("ann", meeting="m1"), row("ben", meeting="m1")


@pytest.fixture
def acme() -> ScreeningDriver:
    return screening_with_withdrawals("ann")


def warnings(decision: ScreeningDecision) -> list[str]:
    """The warnings of the report, which the page has too."""
    page = render_report_page(decision)
    found: list[str] = build_report(decision)["warnings"]
    assert [warning for warning in found if warning not in page] == []
    return found


def screen(acme: ScreeningDriver, *lines: bytes, **fields: Any) -> ScreeningDecision:
    acme.put(lines)
    return acme.screen(screening(fields=fields or MEETINGS))


def test_a_line_that_is_no_json_makes_every_recording_undetermined_and_is_named(
    acme: ScreeningDriver,
) -> None:
    broken = ANN[:-2] + b', "snr": NaN}\n'

    decision = screen(acme, broken, BEN, row("ben", meeting="m2"))

    assert [each["outcome"] for each in acme.reasons(decision)] == ["undetermined"] * 3
    assert warnings(decision)[0].startswith("Line 1 cannot be read and may belong to any recording")
    blocking = acme.report(decision)["manifest"]["blocking_rows"]
    assert blocking == {"manifest": {"rows": 1, "lines": [1]}}


def test_rows_of_a_certain_recording_make_only_it_undetermined_and_are_named(
    acme: ScreeningDriver,
) -> None:
    broken = row("ann", meeting="m1", at="2026")

    decision = screen(acme, *[broken] * 12, BEN, row("ben", meeting="m2"))

    assert [each["line"] for each in acme.reasons(decision)] == [*range(1, 14)]
    lines = "Lines 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 2 more"
    assert warnings(decision)[0].startswith(f"{lines} cannot be read: every row of the recording")


def test_a_row_of_a_certain_item_blocks_what_is_derived_from_it(acme: ScreeningDriver) -> None:
    lines = (
        derived_row("a", at="2026"),
        derived_row("b", "a", who="ben"),
        derived_row("c", who="ben"),
    )

    decision = screen(acme, *lines, **DERIVED_FIELDS)

    assert [each["line"] for each in acme.reasons(decision)] == [1, 2]
    assert [warning[:31] for warning in warnings(decision)] == ["Line 1 cannot be read: every ro"]


def test_rows_that_do_not_depend_on_others_block_none(acme: ScreeningDriver) -> None:
    decision = screen(acme, b"{\n", row("ben"), **FIELDS)

    assert [each["line"] for each in acme.reasons(decision)] == [1]
    assert warnings(decision) == []


def test_the_report_of_a_manifest_with_recordings_warns_about_other_manifests(
    acme: ScreeningDriver,
) -> None:
    acme.put([rttm_line("m1", "ben")])
    of_lines = acme.screen(rttm_screening())
    acme.put([BEN])
    of_rows = acme.screen(screening("s-2", fields=MEETINGS))

    assert warnings(of_lines) == warnings(of_rows) == [WHOLE_RECORDINGS]
