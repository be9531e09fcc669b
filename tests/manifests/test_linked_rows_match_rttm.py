"""RTTM lines and JSON lines of the same recordings give the same people, row by row."""

import json
from datetime import datetime
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consentry.kernel.errors import InvalidRequestError
from consentry.manifests.field_mapping import FieldMapping
from consentry.manifests.formats.jsonl import JsonlRowReader
from consentry.manifests.formats.rttm import RttmRowReader
from consentry.manifests.lines_manifest import RowReader, TwoPassRowReader
from consentry.manifests.linked_rows import LinkedRowReader
from consentry.manifests.model import ManifestRow, SpeechDuration
from consentry.manifests.recordings import Recordings
from tests.testkit.builders.screenings import COLLECTED_AT, CONSTANTS, TIMED_FIELDS, segment_line
from tests.testkit.campaign import examples
from tests.testkit.meeting_words import DataCategory, Role, Service

TIMES = st.sampled_from(
    ["0", "0.5", "1", "1.0000000001", "2.999999999999999999999999999999", "3", "7", "-1", "x"]
)


class FieldOrConstant(NamedTuple):
    recording: str
    person: str
    onset: str
    duration: str

    @property
    def line(self) -> bytes:
        return segment_line(*self)

    @property
    def row(self) -> bytes:
        """A row with numbers where JSON allows them, otherwise text."""
        times = [
            time if time.strip("0123456789.") == "" else f'"{time}"'
            for time in (self.onset, self.duration)
        ]
        names = json.dumps({"meeting": self.recording, "people": self.person})
        return f'{names[:-1]}, "onset": {times[0]}, "duration": {times[1]}}}\n'.encode()


PARTS = st.builds(
    FieldOrConstant,
    st.sampled_from(["m1", "m2"]),
    st.sampled_from(["ann", "bob", "cid", "a#b"]),
    TIMES,
    TIMES,
)


def rows_and_speech(
    reader: TwoPassRowReader, lines: list[bytes]
) -> list[tuple[ManifestRow | None, SpeechDuration | None]]:
    for line in lines:
        reader.scan(line)
    return [(_row(reader, line), reader.speech_duration(line)) for line in lines]


def _row(reader: RowReader, line: bytes) -> ManifestRow | None:
    try:
        return reader.row(line)
    except InvalidRequestError:
        return None


@pytest.mark.parametrize("by_segments", [False, True])
@settings(max_examples=examples(50, 800), deadline=None)
@given(parts=st.lists(PARTS, max_size=10))
def test_linked_rows_and_rttm_lines_have_the_same_people(
    by_segments: bool, parts: list[FieldOrConstant]
) -> None:
    then = datetime.fromisoformat(COLLECTED_AT)
    constants = ManifestRow((DataCategory.AUDIO,), then, Service.MEETING_SUMMARY, frozenset())
    rttm = RttmRowReader(constants, Recordings(by_segments), Role.SPEAKER)
    rows = LinkedRowReader(
        JsonlRowReader(FieldMapping.read(TIMED_FIELDS | CONSTANTS)), by_segments=by_segments
    )

    linked = rows_and_speech(rows, [each.row for each in parts])
    assert linked == rows_and_speech(rttm, [each.line for each in parts])
