"""Parquet manifests: values are written unchanged, and evaluated as JSON lines of the same rows are."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from consentry.kernel.errors import InvalidRequestError
from consentry.manifests.limits import ScreeningLimits
from consentry.screening.screening_decision import ScreeningDecision, reevaluate_screening
from tests.testkit.builders.dependencies import FakeDependencies, consent_event, library
from tests.testkit.builders.screenings import (
    AUDIO,
    COLLECTED_AT,
    FIELDS,
    KEY,
    ScreeningDriver,
    screening,
)
from tests.testkit.campaign import examples
from tests.testkit.fakes.dynamodb import FakeDynamoDB
from tests.testkit.fakes.dynamodb_tables import create_tables

OUTCOMES = ("admitted", "rejected", "undetermined")
AT = datetime.fromisoformat(COLLECTED_AT)


@pytest.fixture
def acme() -> ScreeningDriver:
    return new_acme()


def new_acme() -> ScreeningDriver:
    client = FakeDynamoDB()
    create_tables(client)
    screened = ScreeningDriver(FakeDependencies(client))
    screened.deps.grant()
    screened.deps.record(consent_event("w", "withdrawal", person="bob"))
    return screened


def written(table: pa.Table, **how: Any) -> bytes:
    file = BytesIO()
    parquet.write_table(table, file, **how)
    return file.getvalue()


def screened(acme: ScreeningDriver, content: bytes, **changed: Any) -> ScreeningDecision:
    acme.put([content])
    changes = {"manifest": {"key": KEY, "format": "parquet"}, "request_id": "parquet"} | changed
    return acme.screen(screening(**changes))


def output(acme: ScreeningDriver, decision: ScreeningDecision, name: str) -> pa.Table:
    return parquet.read_table(BytesIO(acme.output(decision, name)))


def table(people: list[Any], **more: Any) -> pa.Table:
    rows = len(people)
    columns = {"people": people, "data": [AUDIO] * rows, "at": [COLLECTED_AT] * rows}
    return pa.table(columns | {"n": list(range(rows))} | more)


def test_parquet_rows_and_schema_are_preserved(acme: ScreeningDriver) -> None:
    manifest = table([["ann"], ["bob"], None, ["ann", "bob"], []])
    content = written(manifest.replace_schema_metadata({"made by": "us"}), compression="zstd")
    manifest = parquet.read_table(BytesIO(content))

    decision = screened(acme, content)

    parts = {name: output(acme, decision, name) for name in OUTCOMES}
    assert [part["n"].to_pylist() for part in parts.values()] == [[0], [1, 3, 4], [2]]
    assert all(part.schema.equals(manifest.schema, check_metadata=True) for part in parts.values())
    whole = pa.concat_tables(parts.values()).sort_by("n")
    assert whole.equals(manifest)
    file = parquet.ParquetFile(BytesIO(acme.output(decision, "admitted")))
    assert file.metadata.row_group(0).column(0).compression == "ZSTD"
    assert decision.manifest.format == "parquet"
    assert reevaluate_screening(decision, library()) == decision


TIMESTAMPS = st.sampled_from([AT, datetime(2019, 1, 1, tzinfo=UTC), None])
NAMED = st.none() | st.lists(
    st.sampled_from(["ann", "bob", "José", "spk_1", "b\x01b", "", None]), max_size=3
)
DATA = st.sampled_from([AUDIO, "service_generated", "none such", None])


@settings(max_examples=examples(20, 240), deadline=None)
@given(st.lists(st.tuples(NAMED, DATA, TIMESTAMPS), min_size=1, max_size=6))
def test_parquet_rows_are_evaluated_like_json_lines(rows: list[tuple[Any, Any, Any]]) -> None:
    people, data, at = (list(column) for column in zip(*rows, strict=True))
    manifest = pa.table(
        {
            "people": pa.array(people, pa.list_(pa.string())),
            "data": pa.array(data, pa.string()).dictionary_encode(),
            "at": pa.array(at, pa.timestamp("ns", tz="Europe/Berlin")),
        }
    )
    lines = [
        json.dumps({"people": p, "data": d, "at": a and a.isoformat()}) + "\n" for p, d, a in rows
    ]
    acme = new_acme()

    by_columns = screened(acme, written(manifest))
    reasons = acme.reasons(by_columns)
    acme.put([line.encode() for line in lines])
    by_lines = acme.screen(screening(request_id="lines"))

    assert reasons == acme.reasons(by_lines)
    assert by_columns.row_patterns == by_lines.row_patterns
    assert by_columns.invalid_rows == by_lines.invalid_rows
    assert by_columns.rows_by_people == by_lines.rows_by_people


SHAPES: Mapping[str, tuple[pa.Array, dict[str, Any]]] = {
    "ids alone": (pa.array(["ann", "bob"]), {}),
    "large lists": (pa.array([["ann"], ["bob"]], pa.large_list(pa.large_string())), {}),
    "people with roles": (
        pa.array([[{"person": p, "role": "host"}] for p in ("ann", "bob")]),
        {"people": {"field": "people"}},
    ),
    "inside a struct": (
        pa.array([{"who": ["ann"]}, {"who": ["bob"]}]),
        {"people": {"field": "people.who", "role": "host"}},
    ),
}


INTEGERS = (pa.uint64(), pa.int16(), pa.list_(pa.int32()), pa.dictionary(pa.int8(), pa.int64()))


@pytest.mark.parametrize("kind", INTEGERS, ids=str)
def test_parquet_integers_are_people_by_their_digits(
    acme: ScreeningDriver, kind: pa.DataType
) -> None:
    acme.deps.record(consent_event("w2", "withdrawal", person="1042"))
    many = pa.types.is_list(kind)
    people = pa.array([[7], [1042]] if many else [7, 1042], None if many else pa.int64()).cast(
        pa.list_(pa.int32()) if many else (pa.int64() if pa.types.is_dictionary(kind) else kind)
    )
    if pa.types.is_dictionary(kind):
        people = people.dictionary_encode()
    manifest = pa.table({"people": people, "data": [AUDIO] * 2, "at": pa.array([AT] * 2)})

    decision = screened(acme, written(manifest), fields=FIELDS)

    assert [each["line"] for each in acme.reasons(decision)] == [2]
    assert acme.reasons(decision)[0]["outcome"] == "rejected"


@pytest.mark.parametrize("shape", SHAPES)
def test_people_are_read_from_every_parquet_column_type(acme: ScreeningDriver, shape: str) -> None:
    people, fields = SHAPES[shape]
    manifest = pa.table({"people": people, "data": [AUDIO] * 2, "at": pa.array([AT] * 2)})

    decision = screened(acme, written(manifest), fields=FIELDS | fields)

    assert [decision.outputs[name].rows for name in OUTCOMES] == [1, 1, 0]


def test_parquet_timestamps_without_an_offset_are_undetermined(acme: ScreeningDriver) -> None:
    naive = pa.array([AT.replace(tzinfo=None)] * 2, pa.timestamp("us"))

    decision = screened(acme, written(table([["ann"], ["bob"]], at=naive)))

    assert decision.invalid_rows == {
        "collected_at: is a date or time without an offset: declare its `zone` (column `at`)": 2
    }


@pytest.mark.parametrize("unit", ["ms", "us"])
@pytest.mark.parametrize("count", [2**63 - 1, -(2**63), 2305844776439293952, -(10**17)])
def test_parquet_timestamps_outside_years_1_to_9999_are_undetermined(
    acme: ScreeningDriver, unit: str, count: int
) -> None:
    good = {"ms": 1_000, "us": 1_000_000}[unit] * int(AT.timestamp())
    at = pa.array([good, count], pa.int64()).cast(pa.timestamp(unit, "UTC"))

    decision = screened(acme, written(table([["ann"], ["ann"]], at=at)))

    assert [decision.outputs[name].rows for name in OUTCOMES] == [1, 0, 1]


def test_parquet_text_that_is_not_utf8_makes_only_its_row_undetermined(
    acme: ScreeningDriver,
) -> None:
    content = written(table([["ann"], ["bad needle"]], data=[AUDIO, "needle"]), compression="none")

    decision = screened(acme, content.replace(b"needle", b"need\xff\xfe"))

    assert [decision.outputs[name].rows for name in OUTCOMES] == [1, 0, 1]
    assert decision.invalid_rows == {"data: is not UTF-8 (column `data`)": 1}


def damaged(content: bytes) -> bytes:
    offset = content.index(b"\x06\0\0\0needle") + 4  # in the page itself, not in its statistics
    return content[:offset] + b"N" + content[offset + 1 :]


GOOD = written(
    table([["ann"], ["needle"]]), compression="none", write_page_checksum=True, use_dictionary=False
)
BROKEN = {
    "nothing": b"",
    "lines": b'{"people": ["ann"]}\n',
    "truncated before its footer": GOOD[:-200],
    "truncated in its footer": GOOD[:-9],
    "without its beginning": GOOD[100:],
    "a letter changed in a page with a checksum": damaged(GOOD),
}


@pytest.mark.promise(4)
@pytest.mark.parametrize("how", BROKEN)
def test_a_damaged_parquet_file_is_rejected(acme: ScreeningDriver, how: str) -> None:
    with pytest.raises(InvalidRequestError, match=r"^manifest: cannot be read as Parquet$"):
        screened(acme, BROKEN[how])

    assert acme.deps.client.tables["decisions"].items == {}
    assert not [key for key in acme.store.objects if "admitted" in key]


def test_a_parquet_file_without_a_mapped_column_is_rejected(acme: ScreeningDriver) -> None:
    twice = pa.Table.from_arrays([pa.array([["ann"]])] * 2, ["people", "people"])
    for manifest, problem in (
        (table([["ann"]]).drop_columns("at"), "collected_at: is not in the file (column `at`)"),
        (twice, "data: is not in the file (column `data`)"),
    ):
        with pytest.raises(InvalidRequestError, match=f"^{re.escape(problem)}$"):
            screened(acme, written(manifest))


VIEWS: Mapping[str, pa.Array] = {
    "texts": pa.array(["ann", "bob", None], pa.string_view()),
    "lists of texts": pa.array([["ann"], ["bob"], ["x"]], pa.list_(pa.string_view())),
    "lists as views": pa.ListViewArray.from_arrays(
        pa.array([1, 0, 0], pa.int32()),
        pa.array([1, 1, 0], pa.int32()),
        pa.array(["bob", "ann"]),
        mask=pa.array([False, False, True]),
    ),
    "people in a struct": pa.array(
        [{"a": "ann"}, {"a": "bob"}, None], pa.struct([("a", pa.string_view())])
    ),
    "bytes": pa.array([b"\xff", b"", None], pa.binary_view()),
    "maps": pa.array([[("a", "b")], [], None], pa.map_(pa.string(), pa.string_view())),
}


@pytest.mark.parametrize("kind", VIEWS)
def test_view_columns_are_read_and_written_as_plain_columns(
    acme: ScreeningDriver, kind: str
) -> None:
    file = BytesIO()
    columns = {"view": VIEWS[kind], "who": ["ann", "bob", "ann"], "at": [COLLECTED_AT] * 3}
    with parquet.ParquetWriter(file, pa.table(columns).schema) as writer:
        writer.write_table(pa.table(columns))
    people = {"lists as views": "view", "texts": "view", "people in a struct": "view.a"}
    fields = FIELDS | {
        "people": {"field": people.get(kind, "who"), "role": "speaker"},
        "data": {"constant": AUDIO},
    }

    decision = screened(acme, file.getvalue(), fields=fields)

    parts = [output(acme, decision, name)["view"].to_pylist() for name in OUTCOMES]
    values = VIEWS[kind].to_pylist()
    if kind in people:
        assert parts == [[values[0]], [values[1]], [values[2]]]
    else:
        assert parts == [[values[0], values[2]], [values[1]], []]


UNUSUAL: Mapping[str, pa.Array] = {
    "uuid": pa.array([bytes(16)] * 2, pa.uuid()),
    "json": pa.array(["{}", None], pa.json_()),
    "half floats": pa.array([1.0, None], pa.float16()),
    "durations": pa.array([1, None], pa.duration("s")),
    "times of day": pa.array([1, None], pa.time64("us")),
    "nulls": pa.nulls(2),
    "tensors": pa.nulls(2, pa.fixed_shape_tensor(pa.int8(), [2])),
    "wide decimals": pa.array([None, None], pa.decimal256(50, 2)),
    "dictionaries in lists": pa.array(
        [["a"], ["b"]], pa.list_(pa.dictionary(pa.int8(), pa.utf8()))
    ),
    "fixed lists": pa.array([[1, 2], None], pa.list_(pa.int8(), 2)),
    "structs of nothing but a null": pa.array([{"a": None}, None], pa.struct([("a", pa.null())])),
}


@pytest.mark.parametrize("kind", UNUSUAL)
def test_columns_that_are_not_mapped_may_have_any_type(acme: ScreeningDriver, kind: str) -> None:
    content = written(table([["ann"], ["bob"]], other=UNUSUAL[kind]))

    decision = screened(acme, content)

    assert [decision.outputs[name].rows for name in OUTCOMES] == [1, 1, 0]
    assert output(acme, decision, "admitted")["other"].to_pylist() == [UNUSUAL[kind][0].as_py()]


@pytest.mark.parametrize("kind", UNUSUAL)
def test_a_mapped_column_of_an_unusual_type_is_undetermined(
    acme: ScreeningDriver, kind: str
) -> None:
    content = written(table([["ann"], ["bob"]], other=UNUSUAL[kind]))

    for ours in ("people", "data", "at"):
        name = "collected_at" if ours == "at" else ours
        role = {"role": "speaker"} if ours == "people" else {}
        fields = FIELDS | {name: {"field": "other"} | role}
        decision = screened(acme, content, request_id=f"{ours}", fields=fields)
        people_are_named = ours == "people" and kind in (
            "json",
            "dictionaries in lists",
            "fixed lists",
        )
        assert decision.outputs["admitted"].rows == 0 or people_are_named


def test_the_parts_of_a_long_parquet_file_are_joined(acme: ScreeningDriver) -> None:
    acme.limits = ScreeningLimits(decoded_rows=3, block_rows=10)
    people = [["ann"] if n % 3 else ["bob"] for n in range(100)]
    manifest = table(people)
    content = written(manifest, row_group_size=40)

    decision = screened(acme, content)

    parts = [output(acme, decision, name) for name in OUTCOMES]
    assert pa.concat_tables(parts).sort_by("n").equals(manifest)


def test_items_of_parquet_are_rejected() -> None:
    with pytest.raises(InvalidRequestError, match="fields: cannot name items in Parquet"):
        screening(
            manifest={"key": KEY, "format": "parquet"}, fields=FIELDS | {"item": {"field": "id"}}
        )


@pytest.mark.promise(4)
@pytest.mark.parametrize(
    ("broken", "admitted"),
    [
        ({}, [0, 1, 2]),
        ({"people": [["ann"], None, ["ann"]]}, [2]),
        ({"onset": [0.5, float("nan"), 0.5]}, [2]),
        ({"onset": [0.5, -1.0, 0.5]}, [2]),
        ({"meeting": ["m1", None, "m2"]}, []),
        ({"meeting": ["m1", " ", "m2"]}, []),
    ],
)
def test_an_unreadable_row_of_parquet_blocks_its_recording_or_all(
    acme: ScreeningDriver, broken: dict[str, Any], admitted: list[int]
) -> None:
    columns = {"meeting": ["m1", "m1", "m2"], "onset": [0.5, 1e-7, 0.5], "for": [1, 1, 1]}
    people = broken.pop("people", [["ann"]] * 3)
    fields = FIELDS | {
        "recording": {"field": "meeting"},
        "onset": {"field": "onset"},
        "duration": {"field": "for"},
    }

    decision = screened(acme, written(table(people, **columns | broken)), fields=fields)

    assert output(acme, decision, "admitted")["n"].to_pylist() == admitted
    assert sum(decision.outputs[name].rows for name in OUTCOMES) == 3
