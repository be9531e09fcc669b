"""By segments, an RTTM line is evaluated with all people who speak during it, and with no others."""

import pytest

from consentry.kernel.errors import InvalidRequestError
from consentry.manifests.formats.rttm import RttmRowReader
from consentry.manifests.model import ManifestRow
from consentry.manifests.recordings import Recordings
from tests.testkit.builders.dependencies import NOW
from tests.testkit.builders.screenings import segment_line
from tests.testkit.meeting_words import DataCategory, Role, Service


def reader(*lines: bytes) -> RttmRowReader:
    constants = ManifestRow((DataCategory.AUDIO,), NOW, Service.MEETING_SUMMARY, frozenset())
    read = RttmRowReader(constants, Recordings(by_segments=True), Role.SPEAKER)
    for line in lines:
        read.scan(line)
    return read


def people(line: bytes, *others: bytes) -> set[str]:
    return {person for person, _ in reader(line, *others).row(line).people}


@pytest.mark.parametrize(
    ("onset", "duration", "overlaps"),
    [
        ("0", "1", False),  # ends where ann begins
        ("0", "1.000000000000000000000000000001", True),
        ("3", "1", False),  # begins where ann ends
        ("2.999999999999999999999999999999", "1", True),
        ("0", "9", True),
        ("1.5", "0.1", True),
        ("1", "0", True),  # a moment, the first of ann's
        ("2", "0", True),
        ("3", "0", False),
        ("999999999", "999999999", False),
    ],
)
def test_rttm_lines_overlap_on_exact_half_open_times(
    onset: str, duration: str, overlaps: bool
) -> None:
    ann, bob = segment_line("m1", "ann", "1", "2"), segment_line("m1", "bob", onset, duration)

    assert people(ann, bob) == ({"ann", "bob"} if overlaps else {"ann"})
    assert people(bob, ann) == ({"ann", "bob"} if overlaps else {"bob"})


def test_two_zero_length_segments_overlap_only_at_the_same_time() -> None:
    ann = segment_line("m1", "ann", "5", "0")

    assert people(ann, segment_line("m1", "bob", "5.0", "0.00")) == {"ann", "bob"}
    assert people(ann, segment_line("m1", "bob", "5.000000001", "0")) == {"ann"}


def test_overlaps_are_found_in_any_line_order() -> None:
    bobs = [
        segment_line("m1", "bob", "8", "1"),
        segment_line("m1", "bob", "0", "7"),
        segment_line("m1", "bob", "1", "1"),
    ]

    assert people(segment_line("m1", "ann", "6", "1"), *bobs) == {"ann", "bob"}
    assert people(segment_line("m1", "ann", "7", "1"), *bobs) == {"ann"}


def test_overlap_crosses_channels_but_not_recordings() -> None:
    ann, bob = segment_line("m1", "ann", "0", "1"), segment_line("m1", "bob", "0", "1")

    assert people(ann, bob.replace(b"m1 1", b"m1 2")) == {"ann", "bob"}
    assert people(ann, bob.replace(b"m1 1", b"m2 1")) == {"ann"}


def test_lexeme_lines_overlap_like_speech() -> None:
    ann = segment_line("m1", "ann", "0", "1")
    word = b"LEXEME m1 1 0.5 0.2 hello lex bob 0.9 <NA>\n"

    assert people(ann, word) == people(word, ann) == {"ann", "bob"}


def test_a_speaker_info_line_is_evaluated_with_its_speaker_only() -> None:
    about_bob = b"SPKR-INFO m1 1 <NA> <NA> <NA> unknown bob <NA> <NA>\n"

    assert people(about_bob, segment_line("m1", "ann", "0", "1")) == {"bob"}
    assert people(segment_line("m1", "ann", "0", "1"), about_bob) == {"ann"}


def test_a_line_without_a_speaker_is_evaluated_with_all_speakers() -> None:
    noise = b"NON-SPEECH m1 1 50.0 1.0 noise noise <NA> <NA> <NA>\n"

    assert people(
        noise, segment_line("m1", "ann", "0", "1"), segment_line("m1", "bob", "5", "1")
    ) == {"ann", "bob"}


@pytest.mark.parametrize(
    "line",
    [
        b"LEXEME m1 1 <NA> <NA> hello lex bob 0.9 <NA>\n",
        b"LEXEME m1 1 -1 2 hello lex bob 0.9 <NA>\n",
        b"SPEAKER m1 1 nan 1 <NA> <NA> bob <NA> <NA>\n",
        b"SPEAKER m1 1 0 1 <NA> <NA> b\x01b <NA> <NA>\n",
    ],
)
def test_an_unreadable_time_makes_the_whole_recording_undetermined(
    line: bytes,
) -> None:
    ann, elsewhere = segment_line("m1", "ann", "7", "1"), segment_line("m2", "ann", "7", "1")
    read = reader(ann, line, elsewhere)

    assert read.row(elsewhere).people
    for each in (ann, line):
        with pytest.raises(InvalidRequestError):
            read.row(each)
