"""Real meetings from which some people withdrew: rows and seconds add up, by RTTM and by JSON lines.

A campaign runs on all 98 meetings of the AMI corpus if they are beside the checkout.
"""

import json
import random
from collections import defaultdict
from decimal import Decimal
from functools import cache
from typing import NamedTuple

import pytest

from consentry.screening.screening_decision import ScreeningDecision, reevaluate_screening
from tests.testkit.builders.dependencies import library
from tests.testkit.builders.screenings import (
    CONSTANTS,
    TIMED_FIELDS,
    ScreeningDriver,
    rttm_screening,
    screening,
    screening_with_withdrawals,
)
from tests.testkit.vendored import ami_meetings

MEETINGS = len(ami_meetings())
SEED = 20_230_807
PERCENT = [0, 10, 25, 50] if MEETINGS < 98 else [0, 5, 10, 25]
ROWS = TIMED_FIELDS | CONSTANTS
pytestmark = pytest.mark.campaign
OUTCOMES = ("admitted", "rejected", "undetermined")


class Segment(NamedTuple):
    line: bytes
    row: bytes
    meeting: str
    person: str
    start: int
    end: int
    """Milliseconds, the resolution of these files."""


@cache
def segments() -> list[Segment]:
    files = ami_meetings().values()
    return [segment(line) for file in files for line in file.splitlines(keepends=True)]


def segment(line: bytes) -> Segment:
    """A line of RTTM, and the same as a row of JSON: numbers unchanged, people and recording as text."""
    _, meeting, _, onset, duration, _, _, person, *_ = line.decode().split()
    names = json.dumps({"meeting": meeting, "people": [person]})
    row = f'{names[:-1]}, "onset": {onset}, "duration": {duration}}}\n'.encode()
    start, lasts = (int(Decimal(written) * 1000) for written in (onset, duration))
    return Segment(line, row, meeting, person, start, start + lasts)


@cache
def drawn(percent: int) -> frozenset[str]:
    everybody = sorted({each.person for each in segments()})
    return frozenset(random.Random(SEED).sample(everybody, len(everybody) * percent // 100))  # noqa: S311


@cache
def withdrawn(percent: int) -> ScreeningDriver:
    return screening_with_withdrawals(*drawn(percent))


@cache
def admitted_segments(percent: int, combine: str) -> list[Segment]:
    """Recomputed naively: each segment is compared with each segment of the people who withdrew."""
    withdrew = drawn(percent)
    times = defaultdict(list)
    for each in segments():
        if each.person in withdrew:
            times[each.meeting].append((each.start, each.end))
    if combine == "recording":
        return [each for each in segments() if each.meeting not in times]
    return [
        each
        for each in segments()
        if not any(start < each.end and each.start < end for start, end in times[each.meeting])
    ]


def seconds(many: list[Segment]) -> Decimal:
    return Decimal(sum(each.end - each.start for each in many)) / 1000


def meetings(many: list[Segment]) -> int:
    return len({each.meeting for each in many})


def add_up(decision: ScreeningDecision, passed: list[Segment]) -> None:
    outputs = [decision.outputs[name] for name in OUTCOMES]
    seconds_by_outcome = [Decimal(str(output.seconds)) for output in outputs]
    assert seconds_by_outcome == [seconds(passed), seconds(segments()) - seconds(passed), 0]
    rows = [output.rows for output in outputs]
    assert rows == [len(passed), len(segments()) - len(passed), 0]
    assert decision.outputs["admitted"].recordings == meetings(passed)
    if decision.manifest.combine == "recording":
        assert decision.outputs["rejected"].recordings == MEETINGS - meetings(passed)
    assert reevaluate_screening(decision, library()) == decision


@pytest.mark.parametrize("combine", ["recording", "segments"])
@pytest.mark.parametrize("percent", PERCENT)
def test_ami_meetings_admit_exactly_the_segments_without_withdrawals(
    percent: int, combine: str
) -> None:
    acme, passed = withdrawn(percent), admitted_segments(percent, combine)

    acme.put(each.line for each in segments())
    rttm = acme.screen(rttm_screening(request_id=f"rttm-{combine}", combine=combine))
    acme.put(each.row for each in segments())
    rows = acme.screen(screening(request_id=f"rows-{combine}", fields=ROWS, combine=combine))

    add_up(rttm, passed)
    add_up(rows, passed)
    assert acme.output(rttm, "admitted") == b"".join(each.line for each in passed)
    assert acme.output(rows, "admitted") == b"".join(each.row for each in passed)
    assert acme.reasons(rows) == acme.reasons(rttm)
    assert rows.row_patterns == rttm.row_patterns
    assert meetings(segments()) == MEETINGS
    print(
        f"{percent} percent ({len(drawn(percent))} people) withdrawn, by {combine}:"
        f" {meetings(passed)} meetings, {seconds(passed)} of {seconds(segments())} s admitted"
    )


@pytest.mark.parametrize("percent", PERCENT[1:])
def test_combining_by_segments_admits_more_speech_than_by_recordings(percent: int) -> None:
    whole, parts = (admitted_segments(percent, combine) for combine in ("recording", "segments"))

    assert seconds(whole) < seconds(parts) < seconds(segments())
