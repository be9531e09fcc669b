"""Rows of one recording are evaluated together, by recording or by segments, as RTTM lines are."""

from typing import Any

import pytest

from consentry.manifests.model import SpeechDuration
from tests.testkit.builders.linked_rows import ANN, bob, reader
from tests.testkit.builders.screenings import row
from tests.testkit.meeting_words import Role


def people(line: bytes, *others: bytes, **how: Any) -> set[str]:
    return {person for person, _ in reader(line, *others, **how).row(line).people}


def test_each_row_of_a_recording_has_all_its_people_in_all_their_roles() -> None:
    host = {"person": "ann", "role": "host"}
    other = row(host, meeting="m1", onset=9, duration=1)  # type: ignore[arg-type]

    read = reader(ANN, other, bob(5), row("cid", meeting="m2", onset=1, duration=1))

    assert read.row(ANN).people == {
        ("ann", Role.SPEAKER),
        ("ann", Role.HOST),
        ("bob", Role.SPEAKER),
    }


def test_each_row_of_a_recording_keeps_its_own_facts() -> None:
    chat = row("bob", data="customer_content.chat", at="2026-03-01T00:00Z", meeting="m1")
    audio = row("ann", meeting="m1")
    read = reader(audio, chat, onset=None, duration=None)

    assert read.row(chat).data == ("customer_content.chat",)
    assert read.row(chat).collected_at > read.row(audio).collected_at
    assert read.row(chat).people == read.row(audio).people


@pytest.mark.parametrize(
    ("onset", "duration", "overlaps"),
    [
        ("0", "1", False),  # ends where ann begins
        ("0", "1.000000000000000000000000000001", True),
        (3, 1, False),  # begins where ann ends
        ("2.999999999999999999999999999999", 1, True),
        (0, 9, True),
        (1.5, 0.1, True),
        (2, 0, True),  # a moment
        (3, 0, False),
        (1e-05, 1, True),
        ("99999999.9e1", 1, False),
    ],
)
def test_linked_rows_overlap_on_exact_half_open_times(
    onset: object, duration: object, overlaps: bool
) -> None:
    other = bob(onset, duration)

    assert people(ANN, other, by_segments=True) == ({"ann", "bob"} if overlaps else {"ann"})
    assert people(other, ANN, by_segments=True) == ({"ann", "bob"} if overlaps else {"bob"})


def test_times_are_compared_as_exact_decimals() -> None:
    # As binary numbers both are 3.
    ends = ANN.replace(b"2}", b"2.0000000000000000000000000001}")
    begins = bob(3)

    assert people(ends, begins, by_segments=True) == {"ann", "bob"}


def test_people_of_one_row_overlap_each_other() -> None:
    both = row("ann", "bob", meeting="m1", onset=0, duration=1)
    later = row("cid", meeting="m1", onset=0.5, duration=1)

    assert people(both, later, by_segments=True) == {"ann", "bob", "cid"}


def test_a_row_without_people_is_evaluated_with_all_people_of_its_recording() -> None:
    without_people = row(meeting="m1", onset=50, duration=1)

    assert people(without_people, ANN, bob(9), by_segments=True) == {"ann", "bob"}


def test_linked_row_durations_are_counted_if_mapped_and_valid() -> None:
    read = reader(ANN)

    assert read.speech_duration(bob(1, 0.57)) == SpeechDuration(b"m1", 0.57)
    assert read.speech_duration(bob(1, "much")) == SpeechDuration(b"m1", 0.0)
    assert (read.has_recordings, read.has_durations) == (True, True)
    without = reader(ANN, onset=None, duration=None)
    assert without.speech_duration(ANN) == SpeechDuration(b"m1", None)
    assert (without.has_recordings, without.has_durations) == (True, False)
