"""A naive second reader of manifests, written from the docs alone: slow, whole lines, no Arrow.

It gives the outcome of each row of data for which people must be named, if the customer granted.
"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

PLACEHOLDERS = {"SPEAKER_00", "spk1", "unknown", "<NA>", " "}
FIELDS = ("people", "meeting", "onset", "duration", "id", "from")
RTTM_TYPES = {"SPEAKER", "LEXEME", "SPKR-INFO", "NON-SPEECH"}


class UnreadableError(Exception):
    """The line, or a field of it, cannot be read."""


@dataclass(frozen=True)
class Mapped:
    """Which fields the request maps, how rows are combined, and the people of local labels."""

    recording: bool = False
    times: bool = False
    items: bool = False
    by_segments: bool = False
    labels: Mapping[tuple[str, str], str] | None = None

    @property
    def fields(self) -> list[str]:
        """The mapped fields."""
        mapped = ["people"]
        mapped += ["meeting"] if self.recording else []
        mapped += ["onset", "duration"] if self.times else []
        return mapped + (["id", "from"] if self.items else [])


@dataclass
class NaiveRow:
    """What can be read of a line. `blank`: it is no row. None: not certain."""

    blank: bool = False
    readable: bool = True
    recording: str | None = None
    item: str | None = None
    people: set[str] = field(default_factory=set)
    span: tuple[Fraction, Fraction] | None = None
    alone: bool = False
    """It gets the outcome of its own person, whenever they speak."""
    sources: tuple[str, ...] = ()


def outcomes(rows: list[NaiveRow], mapped: Mapped, withdrew: set[str]) -> list[str]:
    """The outcome of each row."""
    linked = mapped.recording or mapped.items
    uncertain = any(
        (mapped.recording and row.recording is None) or (mapped.items and row.item is None)
        for row in rows
        if not row.readable
    )
    if linked and uncertain:
        return ["undetermined"] * len(rows)
    ids = Counter(row.item for row in rows if row.item is not None)
    broken = {row.recording for row in rows if not row.readable and row.recording is not None}

    def own(row: NaiveRow) -> str:
        if row.blank or not row.readable or (mapped.recording and row.recording in broken):
            return "undetermined"
        people = _everybody(row, rows, mapped)
        if not people or people & PLACEHOLDERS or people & withdrew or None in people:
            return "rejected"
        return "admitted"

    def whole(row: NaiveRow, path: tuple[str, ...]) -> str:
        if row.item is not None and (ids[row.item] > 1 or row.item in path):
            return "undetermined"
        found = [own(row)]
        for source in row.sources:
            (origin, *more) = [r for r in rows if r.item == source] or [NaiveRow(readable=False)]
            after = (*path, row.item or "")
            found.append("undetermined" if more else whole(origin, after))
        order = ("undetermined", "rejected", "admitted")
        return min(found, key=order.index)

    return [whole(row, ()) for row in rows]


def _everybody(row: NaiveRow, rows: list[NaiveRow], mapped: Mapped) -> set[Any]:
    if not mapped.recording:
        return row.people
    parts = [other for other in rows if other.readable and other.recording == row.recording]
    parts = [other for other in parts if not other.blank]
    if mapped.by_segments and row.people:
        if row.alone or row.span is None:
            return row.people
        parts = [o for o in parts if not o.alone and o.span and _overlap(row.span, o.span)]
        return row.people.union(*(other.people for other in parts))
    return set().union(*(other.people for other in parts))


def _overlap(one: tuple[Fraction, Fraction], other: tuple[Fraction, Fraction]) -> bool:
    def end(span: tuple[Fraction, Fraction]) -> Fraction:
        return max(span[1], span[0] + Fraction(1, 10**9))

    return one[0] < end(other) and other[0] < end(one)


# ---------------------------------------------------------------- documents
def read_document(document: Mapping[str, Any], mapped: Mapped) -> NaiveRow:
    """The row of a document, in which an unclear value is left out."""
    row = NaiveRow()
    if mapped.recording:
        row.recording = document.get("meeting") if _is_text(document.get("meeting")) else None
        row.readable &= row.recording is not None
    if mapped.items:
        row.item = document.get("id") if _is_text(document.get("id")) else None
        row.readable &= row.item is not None
    try:
        row.people = {_label(each, row, mapped) for each in _people(document)}
        if mapped.times:
            start = _seconds(document.get("onset"))
            row.span = (start, start + _seconds(document.get("duration")))
        if mapped.items:
            given = document.get("from")
            sources = given if isinstance(given, list) else [] if given is None else [given]
            if not all(map(_is_text, sources)):
                raise UnreadableError
            row.sources = tuple(sources)
    except UnreadableError:
        row.readable = False
    return row


def _label(label: str, row: NaiveRow, mapped: Mapped) -> str:
    if mapped.labels is None:
        return label
    return mapped.labels.get((row.recording or "", label), "<NA>")


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value.strip() != ""


def _people(document: Mapping[str, Any]) -> list[str]:
    if "people" not in document:
        raise UnreadableError
    given = document["people"]
    return [_person(each) for each in (given if isinstance(given, list) else [given])]


def _person(value: Any) -> str:
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or not 1 <= len(text.encode()) <= 256:
        raise UnreadableError
    if any(ord(character) < 32 or 127 <= ord(character) < 160 for character in text):
        raise UnreadableError
    return text


def _seconds(value: Any) -> Fraction:
    text = value if isinstance(value, str) else repr(value)
    if isinstance(value, bool) or text.strip("0123456789.") or text.count(".") > 1:
        raise UnreadableError
    if not text or text[0] == "." or text[-1] == ".":
        raise UnreadableError
    return Fraction(text)


# ---------------------------------------------------------------- formats
def read_jsonl(line: bytes, mapped: Mapped) -> NaiveRow:
    """The row of a JSON line."""
    if not line.strip():
        return NaiveRow(blank=True)

    def forbid(_: str) -> Any:
        raise ValueError

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        names = Counter(name for name, _ in pairs)
        twice = [name for name in names if names[name] > 1]
        # A field that is there but unclear is no text, no number and no list.
        return dict(pairs) | {name: object() for name in twice}

    try:
        document = json.loads(line.decode(), object_pairs_hook=once, parse_constant=forbid)
    except ValueError:
        return NaiveRow(readable=False)
    if not isinstance(document, dict):
        return NaiveRow(readable=False)
    return read_document(document, mapped)


def read_csv(record: bytes, header: list[str], mapped: Mapped) -> NaiveRow:
    """The row of a CSV record."""
    if not record.strip():
        return NaiveRow(blank=True)
    try:
        cells = _cells(record.decode())
    except (UnreadableError, ValueError):
        return NaiveRow(readable=False)
    if len(cells) != len(header):
        return NaiveRow(readable=False)
    document: dict[str, Any] = dict(zip(header, cells, strict=True))
    for name in ("people", "from"):
        document[name] = document[name].split(";") if document[name] else []
    if any(person != person.strip() for person in document["people"]):
        document["people"] = [None]
    if ";" in document["id"]:
        document["id"] = None
    return read_document(document, mapped)


def csv_records(content: bytes) -> list[bytes]:
    """The records: a line feed outside of quotes ends one."""
    found, record = [], b""
    for line in content.splitlines(keepends=True) if b"\r" not in content else _lines(content):
        record += line
        if record.count(b'"') % 2 == 0:
            found.append(record)
            record = b""
    return [*found, record] if record else found


def _lines(content: bytes) -> list[bytes]:
    *ended, last = content.split(b"\n")
    return [line + b"\n" for line in ended] + ([last] if last else [])


def _cells(record: str) -> list[str]:
    text = record.removesuffix("\n").removesuffix("\r")
    cells, position = [], 0
    while True:
        if text[position : position + 1] == '"':
            position, cell = position + 1, ""
            while True:
                end = text.find('"', position)
                if end < 0:
                    raise UnreadableError
                cell += text[position:end]
                position = end + 1
                if text[position : position + 1] != '"':
                    break
                cell, position = cell + '"', position + 1
        else:
            ends = [e for e in (text.find(",", position), len(text)) if e >= 0]
            cell = text[position : min(ends)]
            if any(character in cell for character in '"\r\n'):
                raise UnreadableError
            position += len(cell)
        cells.append(cell)
        if position == len(text):
            return cells
        if text[position] != ",":
            raise UnreadableError
        position += 1


def read_rttm(line: bytes, mapped: Mapped) -> NaiveRow:
    """The row of an RTTM line."""
    one_line = not any(end in line.strip() for end in (b"\r", b"\v", b"\f"))
    if not line.strip() or (line.lstrip().startswith(b";;") and one_line):
        return NaiveRow(blank=True)
    fields = [each.decode("utf-8", "surrogateescape") for each in line.split()]
    if not one_line or len(fields) not in (9, 10) or fields[0] not in RTTM_TYPES:
        return NaiveRow(readable=False)
    speaks, nobody = fields[0] == "SPEAKER", fields[7] == "<NA>"
    if speaks and nobody and fields[5:7] != ["<NA>", "<NA>"]:
        return NaiveRow(readable=False)
    row = NaiveRow(recording=fields[1], alone=fields[0] == "SPKR-INFO")
    try:
        timed = speaks or (mapped.by_segments and not row.alone and not nobody)
        if timed:
            start = _seconds(fields[3])
            row.span = (start, start + _seconds(fields[4]))
        if speaks or not nobody:
            name = fields[7]
            if any(0xDC80 <= ord(character) <= 0xDCFF for character in name):
                raise UnreadableError
            person = "<NA>" if nobody else _person(name)
            row.people = {person if nobody else _label(person, row, mapped)}
    except UnreadableError:
        row.readable = False
    return row
