"""The RTTM row reader: everybody named in a line of a recording is in the recording."""

import pytest

from consentry.kernel.errors import InvalidRequestError
from consentry.manifests.formats.rttm import RttmRowReader
from consentry.manifests.model import (
    MAX_LINE_BYTES,
    Blocked,
    BlockingRows,
    ManifestRow,
    SpeechDuration,
)
from consentry.manifests.recordings import Recordings
from tests.testkit.builders.dependencies import NOW
from tests.testkit.meeting_words import DataCategory, Role, Service

GOOD = b"SPEAKER m1 1 0.5 4.25 <NA> <NA> ann <NA> <NA>\n"


def reader(*lines: bytes) -> RttmRowReader:
    read = RttmRowReader(
        ManifestRow((DataCategory.AUDIO,), NOW, Service.MEETING_SUMMARY, frozenset()),
        Recordings(),
        Role.SPEAKER,
    )
    for line in lines:
        read.scan(line)
    return read


def test_each_rttm_line_has_all_speakers_of_its_recording() -> None:
    other = GOOD.replace(b"ann", b"bob")

    row = reader(GOOD, other, GOOD.replace(b"m1", b"m2")).row(GOOD)

    assert row.people == {("ann", Role.SPEAKER), ("bob", Role.SPEAKER)}


@pytest.mark.parametrize(
    "line",
    [
        b"LEXEME m1 1 0.5 0.2 hello lex bob 0.9 <NA>\n",
        b"SPKR-INFO m1 1 <NA> <NA> <NA> unknown bob <NA> <NA>\n",
        b"SPEAKER\tm1  1 0 0 <NA> <NA> bob <NA>\r\n",
    ],
)
def test_other_rttm_line_types_name_people_too(line: bytes) -> None:
    read = reader(GOOD, line)

    assert ("bob", Role.SPEAKER) in read.row(GOOD).people
    assert read.row(line) == read.row(GOOD)


def test_an_rttm_line_without_a_speaker_is_evaluated_with_its_recording() -> None:
    line = b"NON-SPEECH m1 1 2.0 1.0 noise noise <NA> <NA> <NA>\n"

    assert reader(GOOD, line).row(line).people == {("ann", Role.SPEAKER)}


@pytest.mark.parametrize(
    ("line", "field"),
    [
        (b"SPEAKER m1 1 0 nan <NA> <NA> bob <NA> <NA>\n", "duration"),
        (b"SPEAKER m1 1 -1 1 <NA> <NA> bob <NA> <NA>\n", "duration"),
        (b"SPEAKER m1 1 0 1 <NA> <NA> b\x01b <NA> <NA>\n", "people"),
        (b"SPEAKER m1 1 0 1 <NA> <NA> J\xf6rg <NA> <NA>\n", "people"),
    ],
)
def test_an_unreadable_speaker_makes_the_whole_recording_undetermined(
    line: bytes, field: str
) -> None:
    elsewhere = GOOD.replace(b"m1", b"m2")
    read = reader(GOOD, line, elsewhere)

    assert read.row(elsewhere).people
    assert read.unreadable.summary == {Blocked.RECORDING: BlockingRows(1, (2,))}

    for each in (GOOD, line):
        with pytest.raises(InvalidRequestError) as raised:
            read.row(each)
        assert raised.value.field == field


@pytest.mark.parametrize(
    ("line", "field"),
    [
        (b"SPAEKER m1 1 0 1 <NA> <NA> bob <NA> <NA>\n", "type"),
        (b"\xef\xbb\xbfSPEAKER m1 1 0 1 <NA> <NA> bob <NA> <NA>\n", "type"),
        (b"m1 1 0 1 <NA> <NA> bob <NA> <NA>\n", "type"),
        (b"SPEAKER\n", "line"),
        (b"SPEAKER m1 1 0 1\n", "line"),
        (b"SPEAKER my m1 1 0 1 <NA> <NA> bob <NA>\n", "line"),
        (b"SPEAKER my m1 1 0 1 <NA> <NA> bob <NA> <NA>\n", "line"),
        (b"SPEAKER m1 1 0 1 <NA> <NA> cid <NA> <NA> <NA>\n", "line"),
        (b"SPEAKER m1 1 0 1 <NA> <NA> cid <NA>\rx\n", "line"),
        (b";; a comment\rSPEAKER m1 1 0 1 <NA> <NA> bob <NA> <NA>\n", "type"),
        (b";;" + b" " * MAX_LINE_BYTES, "line"),
        (b" " * (MAX_LINE_BYTES + 1), "line"),
        (GOOD + b" " * MAX_LINE_BYTES, "line"),
    ],
)
def test_a_line_that_is_not_rttm_makes_every_recording_undetermined(
    line: bytes, field: str
) -> None:
    elsewhere = GOOD.replace(b"m1", b"m2")
    read = reader(GOOD, line, elsewhere)

    for each, where in ((GOOD, "manifest"), (line, field), (elsewhere, "manifest")):
        with pytest.raises(InvalidRequestError) as raised:
            read.row(each)
        assert raised.value.field == where
    assert read.unreadable.summary == {Blocked.MANIFEST: BlockingRows(1, (2,))}


@pytest.mark.parametrize("line", [b"\n", b"  \r\n", b";; m1 bob\n", b" ;; m1 bob\r\n"])
def test_a_blank_line_and_a_comment_are_undetermined_and_block_no_other_row(line: bytes) -> None:
    read = reader(line, GOOD)

    assert read.row(GOOD).people == {("ann", Role.SPEAKER)}
    assert read.speech_duration(line) is None
    with pytest.raises(InvalidRequestError):
        read.row(line)


def test_speech_duration_is_counted_on_speaker_lines() -> None:
    read = reader(GOOD)

    assert read.speech_duration(GOOD) == SpeechDuration(b"m1", 4.25)
    assert read.speech_duration(b"SPEAKER m1 1 0 much <NA> <NA> a <NA> <NA>") == SpeechDuration(
        b"m1", 0.0
    )
    assert read.speech_duration(GOOD.replace(b"SPEAKER", b"LEXEME")) == SpeechDuration(b"m1", 0.0)
