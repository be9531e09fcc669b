"""An invalid row makes its whole recording undetermined.

Without a certain recording or item, the whole manifest.
"""

from typing import Any

import pytest

from consentry.kernel.errors import InvalidRequestError
from consentry.manifests.field_mapping import FieldMapping
from consentry.manifests.formats.csv import CsvRowReader
from consentry.manifests.linked_rows import LinkedRowReader
from consentry.manifests.model import MAX_LINE_BYTES, Blocked, BlockingRows
from tests.testkit.builders.linked_rows import ANN, bob, reader
from tests.testkit.builders.screenings import CONSTANTS, row


@pytest.mark.parametrize("by_segments", [False, True])
@pytest.mark.parametrize(
    ("line", "field"),
    [
        (row("a\0b", meeting="m1", onset=1, duration=1), "people.person"),
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
        (b"{", "body"),
        (b"\xef\xbb\xbf" + bob(5), "body"),
        (bob(5)[:-2] + b', "snr": NaN}', "body"),
        (bob(5)[:-2] + b', "snr": "\xff"}', "body"),
        (bob(5)[:-2] + b', "meeting": "m1"}', "recording"),
        (bob(5)[:-1] + b"\r" + bob(6), "body"),
        (b" " * MAX_LINE_BYTES + bob(5), "line"),
        (b'{"meeting": "m1", "meeting": "m2"}', "recording"),
        (ANN + b" " * MAX_LINE_BYTES, "line"),
        (row("bob", onset=1, duration=1), "recording"),
        (bob(1, meeting=None), "recording"),
        (bob(1, meeting=1), "recording"),
        (bob(1, meeting=["m1"]), "recording"),
        (bob(1, meeting=" "), "recording"),
    ],
)
def test_a_row_of_an_uncertain_recording_makes_every_recording_undetermined(
    line: bytes, field: str
) -> None:
    elsewhere = row("ann", meeting="m2", onset=7, duration=1)

    read = reader(ANN, line[: MAX_LINE_BYTES + 1], elsewhere)

    assert read.speech_duration(line) is None
    for each, where in ((line[: MAX_LINE_BYTES + 1], field), *EVERY_OTHER_ROW):
        with pytest.raises(InvalidRequestError) as raised:
            read.row(each)
        assert raised.value.field == where
    assert read.unreadable.summary == {Blocked.MANIFEST: BlockingRows(1, (2,))}


EVERY_OTHER_ROW = [(ANN, "manifest"), (row("ann", meeting="m2", onset=7, duration=1), "manifest")]


@pytest.mark.parametrize("line", [b"\n", b"  \r\n", b""])
def test_a_blank_line_is_undetermined_and_blocks_no_other_row(line: bytes) -> None:
    read = reader(ANN, line)

    assert read.row(ANN).people
    assert read.unreadable.summary == {}
    with pytest.raises(InvalidRequestError, match="line: is blank"):
        read.row(line)


HEADER = b"meeting,people,at\n"
CSV_FIELDS: dict[str, Any] = CONSTANTS | {
    "people": {"field": "people", "role": "speaker"},
    "recording": {"field": "meeting"},
    "collected_at": {"field": "at"},
}


@pytest.mark.parametrize(
    ("record", "blocked"),
    [
        (b"m1,ann,2026\n", Blocked.RECORDING),
        (b"m1,ann,2026-02-01T09:00:00Z,more\n", Blocked.MANIFEST),
        (b"m1,ann\n", Blocked.MANIFEST),
        (b",ann,2026-02-01T09:00:00Z\n", Blocked.MANIFEST),
        (b'm1,"an"n,2026-02-01T09:00:00Z\n', Blocked.MANIFEST),
        (b'm1,a"nn,2026-02-01T09:00:00Z\nm2,c"id,2026-02-01T09:00:00Z\n', Blocked.MANIFEST),
        (b"m1,\xff,2026-02-01T09:00:00Z\n", Blocked.MANIFEST),
    ],
)
def test_a_csv_record_blocks_only_its_recording_if_all_its_cells_are_certain(
    record: bytes, blocked: Blocked
) -> None:
    m1, m2 = (b"%s,bob,2026-02-01T09:00:00Z\n" % name for name in (b"m1", b"m2"))
    read = LinkedRowReader(
        CsvRowReader.of(FieldMapping.read(CSV_FIELDS), HEADER), by_segments=False
    )
    for each in (m1, record, m2):
        read.scan(each)

    assert read.unreadable.summary == {blocked: BlockingRows(1, (2,))}
    with pytest.raises(InvalidRequestError):
        read.row(m1)
    if blocked is Blocked.RECORDING:
        assert read.row(m2).people
    else:
        with pytest.raises(InvalidRequestError, match="manifest: has an unreadable row"):
            read.row(m2)


@pytest.mark.parametrize(
    ("line", "blocked"),
    [
        (row("a\0b", id="a", meeting="m1"), Blocked.RECORDING),
        (row("a\0b", id=7, meeting="m1"), Blocked.MANIFEST),
        (row("a\0b", id="a"), Blocked.MANIFEST),
        (b"{", Blocked.MANIFEST),
    ],
)
def test_a_row_of_a_recording_and_of_an_item_must_have_both_to_block_only_them(
    line: bytes, blocked: Blocked
) -> None:
    elsewhere = row("ann", id="b", meeting="m2")

    read = reader(line, elsewhere, onset=None, duration=None, item={"field": "id"})

    assert read.unreadable.summary == {blocked: BlockingRows(1, (1,))}
    assert (blocked is Blocked.RECORDING) is _is_readable(read, elsewhere)


@pytest.mark.parametrize(
    ("line", "blocked"),
    [(row("a\0b", id="a"), Blocked.ITEM), (row("ann"), Blocked.MANIFEST), (b"x", Blocked.MANIFEST)],
)
def test_an_unreadable_row_without_a_certain_item_may_be_any_item(
    line: bytes, blocked: Blocked
) -> None:
    fields: dict[str, Any] = {"item": {"field": "id"}, "derived_from": {"field": "from"}}
    derived, other = row("ann", id="c", **{"from": "a"}), row("ann", id="b")

    read = reader(line, derived, other, recording=None, onset=None, duration=None, **fields)

    assert read.unreadable.summary == {blocked: BlockingRows(1, (1,))}
    assert (blocked is Blocked.ITEM) is _is_readable(read, other)
    with pytest.raises(InvalidRequestError):
        read.source("a")


def test_the_first_hundred_unreadable_lines_of_each_kind_are_named() -> None:
    read = reader(*[b"{"] * 150, *[bob("x")] * 2)

    assert read.unreadable.summary == {
        Blocked.RECORDING: BlockingRows(2, (151, 152)),
        Blocked.MANIFEST: BlockingRows(150, tuple(range(1, 101))),
    }


def _is_readable(read: LinkedRowReader[bytes], line: bytes) -> bool:
    try:
        return bool(read.row(line).people)
    except InvalidRequestError:
        return False
