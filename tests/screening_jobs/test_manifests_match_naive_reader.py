"""Random manifests with broken rows have the outcomes that a naive reader of the docs gives."""

import json
from typing import Any

import pyarrow as pa
import pyarrow.parquet
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.testkit.builders.screenings import (
    CONSTANTS,
    KEY,
    ScreeningDriver,
    rttm_screening,
    screening,
    screening_with_withdrawals,
)
from tests.testkit.campaign import examples
from tests.testkit.oracles.naive_manifest import (
    FIELDS,
    Mapped,
    NaiveRow,
    csv_records,
    outcomes,
    read_csv,
    read_document,
    read_jsonl,
    read_rttm,
)

WITHDREW = {"bob", "1042"}
NAMES = ["ann", "ann", "ann", "cid", "José", "auth0|5f7c", "bob", "1042", "SPEAKER_00", "unknown"]
BAD_NAMES = ["", "a\x01b", "é" * 129, "a\x85"]
PERSON = st.sampled_from(NAMES * 2 + BAD_NAMES)
MEETINGS = st.sampled_from(["m1", "m1", "m2", "m3", "m1 "])
TIMES = st.sampled_from(["0", "0.5", "1", "1", "2.25", "3", "0", "-1", "x", ""])
IDS = st.sampled_from("abcde")
LABELS = {
    ("m1", "ann"): "bob",
    ("m1", "cid"): "dan",
    ("m2", "ann"): "eve",
    ("m3", "cid"): "unknown",
}
MAPPED = st.builds(
    Mapped,
    recording=st.booleans(),
    times=st.booleans(),
    items=st.booleans(),
    by_segments=st.booleans(),
    labels=st.sampled_from([None, None, LABELS]),
).map(
    lambda m: Mapped(
        m.recording,
        m.recording and (m.times or m.by_segments),
        m.items,
        m.recording and m.by_segments,
        m.labels if m.recording else None,
    )
)


def request_fields(mapped: Mapped) -> dict[str, Any]:
    names = {"recording": "meeting", "item": "id", "derived_from": "from"}
    ours = {name: {"field": names.get(name, name)} for name in ("recording", "onset", "duration")}
    ours |= {name: {"field": names[name]} for name in ("item", "derived_from")}
    wanted = [name for name, field in ours.items() if field["field"] in mapped.fields]
    people = {"people": {"field": "people", "role": "speaker"}}
    return CONSTANTS | people | {name: ours[name] for name in wanted}


def changes(mapped: Mapped) -> dict[str, Any]:
    changed: dict[str, Any] = {"combine": "segments"} if mapped.by_segments else {}
    if mapped.labels is not None:
        people = [
            {"recording": recording, "label": label, "person": person}
            for (recording, label), person in mapped.labels.items()
        ]
        changed["labels"] = {"within": "recording", "people": people}
    return changed


def check(acme: ScreeningDriver, decision: Any, rows: list[NaiveRow], mapped: Mapped) -> None:
    outside = {each["line"]: each["outcome"] for each in acme.reasons(decision)}
    found = [outside.get(number, "admitted") for number in range(1, decision.manifest.rows + 1)]
    assert found == outcomes(rows, mapped, WITHDREW)


def acme_with(content: bytes) -> ScreeningDriver:
    acme = screening_with_withdrawals(*sorted(WITHDREW))
    acme.put([content])
    return acme


# ---------------------------------------------------------------- JSON lines
@st.composite
def json_lines(draw: st.DrawFn) -> bytes:
    document: dict[str, Any] = {
        "people": draw(st.lists(PERSON, max_size=2) | PERSON | st.sampled_from([1042, 7, None])),
        "meeting": draw(MEETINGS),
        "onset": draw(TIMES | st.sampled_from([0, 1.5, 2, None, True])),
        "duration": draw(TIMES | st.sampled_from([0, 1, 0.25])),
        "id": draw(IDS),
        "from": draw(st.lists(IDS, max_size=1) | st.none() | IDS),
    }
    if draw(st.integers(0, 4)):  # most rows are good
        document |= {"people": draw(st.sampled_from([["ann"], ["ann", "cid"], ["cid"]]))}
        document |= {"onset": "1", "duration": draw(st.sampled_from(["0", "2"]))}
    line = json.dumps(document)
    breaks = draw(st.integers(0, 30))
    field = draw(st.sampled_from(FIELDS))
    broken = {
        0: line[:-1] + ', "snr": NaN}',
        1: line[:-1] + f', "{field}": "m1"}}',
        2: line[:-2],
        3: "\ufeff" + line,
        4: line + line,
        5: "",
        6: "  \r",
        7: "[]",
        8: line[:-1] + ', "x": 1, "x": 2}',
        9: json.dumps({name: value for name, value in document.items() if name != field}),
        10: json.dumps(document | {field: 7}),
        11: json.dumps(document | {field: " "}),
    }
    return broken.get(breaks, line).encode()


@settings(max_examples=examples(60, 1000), deadline=None)
@given(MAPPED, st.lists(json_lines(), max_size=7))
def test_json_lines_have_the_outcomes_of_a_naive_reader(mapped: Mapped, lines: list[bytes]) -> None:
    acme = acme_with(b"".join(line + b"\n" for line in lines))

    decision = acme.screen(screening(fields=request_fields(mapped), **changes(mapped)))

    check(acme, decision, [read_jsonl(line, mapped) for line in lines], mapped)


# ---------------------------------------------------------------- CSV
@st.composite
def csv_lines(draw: st.DrawFn) -> bytes:
    cells = [
        ";".join(draw(st.lists(PERSON.filter(lambda name: "\n" not in name), max_size=2))),
        draw(MEETINGS),
        draw(TIMES),
        draw(TIMES),
        draw(IDS | st.just("a;b")),
        ";".join(draw(st.lists(IDS, max_size=1))),
    ]
    if draw(st.integers(0, 4)):
        cells[0] = draw(st.sampled_from(["ann", "ann;cid", "cid"]))
        cells[2:5] = ["1", draw(st.sampled_from(["0", "2"])), draw(IDS)]
    if draw(st.integers(0, 4)) == 0:
        cells[0] = f'"{cells[0]}"'
    line = ",".join(cells)
    broken = {
        0: line + ",more",
        1: line.rpartition(",")[0],
        2: line.replace("m", 'm"', 1),
        3: "",
        4: line.replace(",", ", ", 1),
        5: line.replace("ann", "ann ", 1),
        6: line + "\r",
        7: line.replace("ann", "a\rnn", 1),
    }
    return broken.get(draw(st.integers(0, 25)), line).encode()


@settings(max_examples=examples(60, 1000), deadline=None)
@given(MAPPED, st.lists(csv_lines(), max_size=7))
def test_csv_records_have_the_outcomes_of_a_naive_reader(
    mapped: Mapped, lines: list[bytes]
) -> None:
    content = b"".join(line + b"\n" for line in lines)
    acme = acme_with(",".join(FIELDS).encode() + b"\n" + content)
    location = {"key": KEY, "format": "csv"}

    decision = acme.screen(
        screening(manifest=location, fields=request_fields(mapped), **changes(mapped))
    )

    rows = [read_csv(record, list(FIELDS), mapped) for record in csv_records(content)]
    check(acme, decision, rows, mapped)


# ---------------------------------------------------------------- RTTM
SPEAKER = st.sampled_from([*NAMES * 2, "ann", "<NA>", "a\x01b", "é" * 129])


@st.composite
def rttm_lines(draw: st.DrawFn) -> bytes:
    kind = draw(st.sampled_from(["SPEAKER"] * 6 + ["LEXEME", "SPKR-INFO", "NON-SPEECH", "SPEKER"]))
    good = draw(st.integers(0, 4))
    onset, duration = ("1", "2") if good else (draw(TIMES) or "y", draw(TIMES) or "y")
    who = draw(st.sampled_from(["ann", "cid"]) if good else SPEAKER)
    meeting = draw(st.sampled_from(["m1", "m1", "m2", "m3"]))
    fields = [kind, meeting, "1", onset, duration, "<NA>", "<NA>", who, "<NA>", "<NA>"]
    line = " ".join(fields)
    broken = {
        0: ";; " + line,
        1: ";; a\r" + line,
        2: "",
        3: line.replace("m1", "my m1"),
        4: line.replace(" <NA> <NA>", " <NA>", 1).replace("m1", "my m1"),
        5: "SPEAKER",
        6: line + " more",
        7: line.removesuffix(" <NA>"),
        8: "\ufeff" + line,
        9: line + "\r",
    }
    return broken.get(draw(st.integers(0, 40)), line).encode()


@settings(max_examples=examples(60, 1000), deadline=None)
@given(st.booleans(), st.sampled_from([None, LABELS]), st.lists(rttm_lines(), max_size=7))
def test_rttm_lines_have_the_outcomes_of_a_naive_reader(
    by_segments: bool, labels: dict[tuple[str, str], str] | None, lines: list[bytes]
) -> None:
    mapped = Mapped(recording=True, times=True, by_segments=by_segments, labels=labels)
    acme = acme_with(b"".join(line + b"\n" for line in lines))

    decision = acme.screen(rttm_screening(**changes(mapped)))

    check(acme, decision, [read_rttm(line, mapped) for line in lines], mapped)


# ---------------------------------------------------------------- Parquet
COLUMNS = st.sampled_from([pa.list_(pa.string()), pa.string(), pa.list_(pa.int32()), pa.int64()])


@settings(max_examples=examples(40, 1000), deadline=None)
@given(st.data(), COLUMNS)
def test_parquet_rows_have_the_outcomes_of_a_naive_reader(data: st.DataObject, kind: Any) -> None:
    people = data.draw(st.lists(_values(kind), min_size=1, max_size=7))
    file = pa.BufferOutputStream()
    pa.parquet.write_table(pa.table({"people": pa.array(people, kind)}), file)
    acme = acme_with(file.getvalue().to_pybytes())
    location = {"key": KEY, "format": "parquet"}

    decision = acme.screen(screening(manifest=location, fields=request_fields(Mapped())))

    rows = [read_document({"people": each}, Mapped()) for each in people]
    check(acme, decision, rows, Mapped())


def _values(kind: pa.DataType) -> st.SearchStrategy[Any]:
    if pa.types.is_list(kind):
        return st.none() | st.lists(_values(kind.value_type), max_size=2)
    return st.none() | (PERSON if kind == pa.string() else st.sampled_from([7, 1042, -1]))
