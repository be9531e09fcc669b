"""By segments, exactly the segments without a speaker who withdrew are admitted."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consentry.audit.audit_row import decode_row, encode_row
from consentry.kernel.errors import InvalidRequestError
from consentry.screening.screening_decision import reevaluate_screening
from tests.testkit.builders.dependencies import library
from tests.testkit.builders.screenings import (
    rttm_screening,
    screening_with_withdrawals,
    segment_line,
)
from tests.testkit.campaign import examples

PEOPLE = ("ann", "bob", "cid", "dan")
TIMES = st.sampled_from(["0", "0.5", "1", "1.25", "1.250", "2", "3.999999999", "4", "7"])
SEGMENT = st.builds(
    segment_line, st.sampled_from(["m1", "m2"]), st.sampled_from(PEOPLE), TIMES, TIMES
)
SEGMENTS = st.lists(SEGMENT, max_size=10)
WITHDRAWN = st.sets(st.sampled_from(PEOPLE))


def admitted(lines: list[bytes], withdrew: set[str]) -> list[bytes]:
    screened = screening_with_withdrawals(*withdrew)
    screened.put(lines)
    decision = screened.screen(rttm_screening(combine="segments"))
    assert decode_row(encode_row(decision)) == decision
    assert reevaluate_screening(decision, library()) == decision
    passed = screened.output(decision, "admitted").splitlines(keepends=True)
    refused = screened.output(decision, "rejected").splitlines(keepends=True)
    assert sorted(passed + refused) == sorted(lines)
    return passed


def fields(line: bytes) -> tuple[str, str, Decimal, Decimal]:
    _, recording, _, onset, duration, _, _, person, *_ = line.decode().split()
    return recording, person, Decimal(onset), Decimal(onset) + Decimal(duration)


def overlap(one: bytes, other: bytes) -> bool:
    """Whether two segments share a moment.

    Without duration, a segment is the moment of its onset.
    """
    (here, _, start, end), (there, _, begin, until) = fields(one), fields(other)
    shared = max(start, begin) < min(end, until)
    moment = start == end and begin <= start < until
    other_moment = begin == until and start <= begin < end
    return here == there and (shared or moment or other_moment or start == end == begin == until)


@settings(max_examples=examples(50, 800), deadline=None)
@given(SEGMENTS, WITHDRAWN)
def test_a_segment_is_admitted_iff_no_overlapping_speaker_withdrew(
    lines: list[bytes], withdrew: set[str]
) -> None:
    passed = admitted(lines, withdrew)

    withdrawn = [line for line in lines if fields(line)[1] in withdrew]
    assert not [line for line in passed if any(overlap(line, other) for other in withdrawn)]
    free = [line for line in lines if not any(overlap(line, other) for other in withdrawn)]
    assert passed == free


@settings(max_examples=examples(20, 300), deadline=None)
@given(SEGMENTS, WITHDRAWN, st.sampled_from(PEOPLE))
def test_another_withdrawal_never_admits_more_segments(
    lines: list[bytes], withdrew: set[str], another: str
) -> None:
    before, after = admitted(lines, withdrew), admitted(lines, {*withdrew, another})

    assert [line for line in before if line in after] == after


@settings(max_examples=examples(20, 300), deadline=None)
@given(SEGMENTS)
def test_all_segments_are_admitted_if_nobody_withdrew(lines: list[bytes]) -> None:
    assert admitted(lines, set()) == lines


def test_the_report_gives_the_combine_rule_and_the_admitted_seconds() -> None:
    screened = screening_with_withdrawals("bob")
    screened.put(
        [
            segment_line("m1", "ann", "0", "2.5"),
            segment_line("m1", "bob", "2", "4"),
            segment_line("m1", "ann", "6", "8"),
            b"SPEAKER m2 1 0 16 <NA> <NA> b\x01b <NA> <NA>\n",
        ]
    )

    by_segments = screened.screen(rttm_screening(request_id="s-1", combine="segments"))
    whole = screened.screen(rttm_screening(request_id="s-2"))

    report = screened.report(by_segments)
    assert report["manifest"]["combine"] == by_segments.manifest.combine == "segments"
    seconds_by_output = {name: output["seconds"] for name, output in report["outputs"].items()}
    assert seconds_by_output == {
        "admitted": 8.0,
        "rejected": 6.5,
        "undetermined": 16.0,
        "reasons": None,
    }
    assert screened.report(whole)["manifest"]["combine"] == "recording"
    assert whole.outputs["rejected"].seconds == 14.5


def test_combine_is_validated_and_part_of_the_request() -> None:
    with pytest.raises(InvalidRequestError, match="combine"):
        rttm_screening(combine="persons")
    assert "combine" not in rttm_screening(combine="recording").model_dump()
    assert rttm_screening(combine="segments").model_dump()["combine"] == "segments"
