"""An invalid row makes its whole recording undetermined.

Without a readable recording, only itself.
"""

import pytest

from consentry.kernel.errors import InvalidRequestError
from consentry.manifests.model import MAX_LINE_BYTES
from tests.testkit.builders.linked_rows import ANN, bob, reader
from tests.testkit.builders.screenings import row


@pytest.mark.parametrize("by_segments", [False, True])
@pytest.mark.parametrize(
    ("line", "field"),
    [
        (row("a b", meeting="m1", onset=1, duration=1), "people.person"),
        (row("bob", data="smell", meeting="m1", onset=1, duration=1), "data"),
        (row("bob", at="2026", meeting="m1", onset=1, duration=1), "collected_at"),
        (row("bob", meeting="m1", duration=1), "onset"),
        (bob(None), "onset"),
        (bob(-1), "onset"),
        (bob(True), "onset"),
        (bob([1]), "onset"),
        (bob("1 "), "onset"),
        (bob("1,5"), "onset"),
        (bob("\u0661"), "onset"),
        (bob(1, ""), "duration"),
        (bob(1, 1_000_000_000), "duration"),
        (bob(1, 1e9), "duration"),
        (bob(1, "1e999999999"), "duration"),
        (bob(1, "1e-31"), "duration"),
        (bob(1, "0." + "0" * 30 + "1"), "duration"),
    ],
)
def test_an_invalid_row_makes_its_whole_recording_undetermined(
    line: bytes, field: str, by_segments: bool
) -> None:
    elsewhere = row("ann", meeting="m2", onset=7, duration=1)
    read = reader(ANN, line, elsewhere, by_segments=by_segments)

    assert read.row(elsewhere).people
    for each in (ANN, line):
        with pytest.raises(InvalidRequestError) as raised:
            read.row(each)
        assert raised.value.field == field


@pytest.mark.parametrize(
    ("line", "field"),
    [
        (b"\n", "line"),
        (b"{", "body"),
        (b'{"meeting": "m1", "meeting": "m2"}', "recording"),
        (ANN + b" " * MAX_LINE_BYTES, "line"),
        (row("bob", onset=1, duration=1), "recording"),
        (bob(1, meeting=None), "recording"),
        (bob(1, meeting=1), "recording"),
        (bob(1, meeting=["m1"]), "recording"),
        (bob(1, meeting=" "), "recording"),
    ],
)
def test_a_row_with_an_unreadable_recording_is_undetermined_alone(line: bytes, field: str) -> None:
    read = reader(line, ANN)

    assert {person for person, _ in read.row(ANN).people} == {"ann"}
    assert read.speech_duration(line) is None
    with pytest.raises(InvalidRequestError) as raised:
        read.row(line)
    assert raised.value.field == field
