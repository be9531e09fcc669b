"""Whatever is said of a recording, RTTM and JSON lines come to the same people, row by row."""

import json
from datetime import datetime
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consentry.domain.errors import MalformedError
from consentry.domain.manifests.fields import Fields
from consentry.domain.manifests.jsonl import JsonlReader
from consentry.domain.manifests.linked_rows import LinkedReader
from consentry.domain.manifests.manifest import ManifestReader, Row, Speech
from consentry.domain.manifests.recordings import Recordings
from consentry.domain.manifests.rttm import RttmReader
from consentry.domain.vocabulary import DataCategory, Service
from tests.fakes.screenings import CONSTANTS, THEN, TIMED, said

TIMES = st.sampled_from(
    ["0", "0.5", "1", "1.0000000001", "2.999999999999999999999999999999", "3", "7", "-1", "x"]
)


class Said(NamedTuple):
    recording: str
    person: str
    onset: str
    duration: str

    @property
    def line(self) -> bytes:
        return said(*self)

    @property
    def row(self) -> bytes:
        """Numbers where JSON has them, else text."""
        times = [
            time if time.strip("0123456789.") == "" else f'"{time}"'
            for time in (self.onset, self.duration)
        ]
        names = json.dumps({"meeting": self.recording, "people": self.person})
        return f'{names[:-1]}, "onset": {times[0]}, "duration": {times[1]}}}\n'.encode()


PARTS = st.builds(
    Said, st.sampled_from(["m1", "m2"]), st.sampled_from(["ann", "bob", "cid", "a#b"]), TIMES, TIMES
)


def told(reader: ManifestReader, lines: list[bytes]) -> list[tuple[Row | None, Speech | None]]:
    for line in lines:
        list(reader.note(line))
    return [(_row(reader, line), reader.speech(line)) for line in lines]


def _row(reader: ManifestReader, line: bytes) -> Row | None:
    try:
        return reader.row(line)
    except MalformedError:
        return None


@pytest.mark.parametrize("by_segments", [False, True])
@settings(max_examples=200, deadline=None)
@given(parts=st.lists(PARTS, max_size=10))
def test_rttm_and_rows_made_of_it_are_judged_with_the_same_people(
    by_segments: bool, parts: list[Said]
) -> None:
    then = datetime.fromisoformat(THEN)
    rttm = RttmReader((DataCategory.AUDIO,), then, Service.MEETING_SUMMARY, Recordings(by_segments))
    rows = LinkedReader.over(JsonlReader(Fields.read(TIMED | CONSTANTS)), by_segments=by_segments)

    assert told(rows, [each.row for each in parts]) == told(rttm, [each.line for each in parts])
