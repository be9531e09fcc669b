"""Reading a block by column gives the same results as reading its rows one by one."""

import json
from codecs import BOM_UTF8
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from consentry.consent.status import UNREADABLE_STATE, PartyState, build_rule, state_after
from consentry.manifests.block import Block, lines_of
from consentry.manifests.field_mapping import FieldMapping, MappedPeople, MomentOrConstant
from consentry.manifests.formats.csv import CsvRowReader
from consentry.manifests.formats.jsonl import JsonlColumnReader, JsonlRowReader
from consentry.manifests.lines_manifest import RowReader
from consentry.manifests.open_manifest import open_manifest
from consentry.manifests.row_columns import RowColumns
from consentry.manifests.spool import spool_to_disk
from consentry.screening import row_people
from consentry.screening.block_evaluation import BlockEvaluator
from consentry.screening.block_patterns import BlockPatterns, ColumnRows
from consentry.screening.row_evaluator import RowEvaluator
from tests.testkit.builders.dependencies import (
    DEFAULT_ASSIGNMENT,
    FORM,
    FORM_SHA256,
    NOW,
    consent_event,
    library,
)
from tests.testkit.builders.screenings import KEY, screening
from tests.testkit.campaign import examples
from tests.testkit.meeting_words import DataCategory

NO_STATE = PartyState()
FORM_FROM_GRANT = FORM.model_copy(update={"covers_collected": "from_grant"})
LEAVES = [str(leaf) for leaf in DataCategory]
WITHDRAWN = state_after(
    PartyState(), build_rule(consent_event("w", "withdrawal", person="bob"), None, at=NOW)
)
STATES = {"bob": WITHDRAWN, "cid": UNREADABLE_STATE}
MAPPED = FieldMapping.read(
    {
        "data": {"field": "data"},
        "collected_at": {"field": "m.at"},
        "collected_by": {"field": "m.by"},
        "people": {"field": "people", "role": "speaker"},
    }
)


def row_evaluator(customer: PartyState = NO_STATE) -> RowEvaluator:
    return RowEvaluator(screening(), customer, DEFAULT_ASSIGNMENT.resolve(library()), at=NOW)


def results(
    lines: pa.BinaryArray,
    columns: RowColumns | None,
    reader: RowReader,
    customer: PartyState = NO_STATE,
    states: Mapping[str, PartyState] = STATES,
) -> tuple[Any, ...]:
    """Everything that the evaluation of lines gives."""
    block = Block(lines, columns, lambda row: reader.row(lines[row].as_py()))
    return block_results(block, customer, states)


def block_results(
    block: Block,
    customer: PartyState = NO_STATE,
    states: Mapping[str, PartyState] = STATES,
) -> tuple[Any, ...]:
    """Everything that a block's evaluation gives."""
    evaluator = BlockEvaluator(row_evaluator(customer))
    cache = evaluator.row_evaluator.people
    rows = evaluator.read(block)
    cache.states.update({person: states.get(person, PartyState()) for person in rows.people})
    codes = evaluator.evaluate(rows)
    return (
        [evaluator.explain(code) for code in codes.to_pylist()],
        evaluator.row_patterns(timed=False),
        evaluator.invalid_rows,
        evaluator.rows_by_people,
        evaluator.admitted,
        set(cache.states),
    )


def find_patterns(
    columns: RowColumns,
    evaluator: RowEvaluator,
    states: Mapping[str, PartyState] = STATES,
) -> BlockPatterns | None:
    """The patterns of columns, by the states of people; None if they cannot be found by column."""
    rows = ColumnRows.of(columns, evaluator)
    if rows is None:
        return None
    evaluator.people.states.update(
        {person: states.get(person, PartyState()) for person in rows.people.ids}
    )
    return rows.patterns(evaluator)


IDS = st.sampled_from(
    [
        "ann",
        "bob",
        "cid",
        "bob",
        "a b",
        "",
        "é",
        "#",
        "a" * 257,
        "é" * 129,
        "a\x85",
        "a\u2028b",
        "auth0|5f7c",
        "o'brien@x.example",
        "aGk==",
        "1042",
        "SPEAKER_00",
        "unknown",
        " spk1",
        " ",
    ]
)
TIMES = st.sampled_from(
    [
        "2025-02-01T09:00:00Z",
        "2025-02-01T09:00:00.123456+02:00",
        "2019-12-31T23:59:59-05:30",
        "2025-02-01t09:00:00z",
        "2025-02-01T09:00:00",
        "2025-02-31T09:00:00Z",
        "2025-02-01T24:00:00Z",
        "2025-02-01T09:00:60Z",
        "2025-02-01T09:00:00.1234567Z",
        "2025-02-01T09:00Z",
        "0001-01-01T00:00:00+05:00",
        (NOW + timedelta(minutes=4)).isoformat(),
        (NOW + timedelta(minutes=6)).isoformat(),
        "2025-02-01",
        "1738400400",
        None,
        1738400400,
    ]
)
DATA = st.sampled_from(
    [
        "customer_content.audio",
        "customer_content",
        "service_generated.usage",
        "service_generated",
        "no.category",
        "service_generated.usage\x1fservice_generated.telemetry",
        "",
        None,
        5,
        [],
        ["customer_content.audio"],
        ["customer_content.chat", "customer_content.audio"],
        ["customer_content.audio\x1fcustomer_content.chat"],
        ["customer_content.audio", None],
    ]
)
ROLED = st.fixed_dictionaries(
    {"person": IDS},
    optional={"role": st.sampled_from(["host", "guest", "nobody", None]), "x": st.just(1)},
)
PEOPLE = st.one_of(
    st.lists(IDS, max_size=4),
    st.lists(ROLED, max_size=3),
    IDS,
    st.just([["ann"]]),
    st.sampled_from([1042, [1042, -7], ["ann", 1042], [True], [1.0], [{"person": 1042}], 10**18]),
    st.none(),
    st.lists(st.sampled_from(["ann", None]), max_size=2),
)
BY = st.sampled_from(["meeting_summary", "general", "unknown", None, 3])
ELSEWHERE: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [
        {},
        {"n": 10**25},
        {"z": "é\u2028"},
        {"deep": [[[{}]]]},
        {"text": "a {b} [c] } { \n \x1f"},
        {"m2": {"at": 1}},
    ]
)


@st.composite
def documents(draw: st.DrawFn) -> bytes:
    document: dict[str, Any] = {
        "data": draw(DATA),
        "m": {"at": draw(TIMES), "by": draw(BY)},
        "people": draw(PEOPLE),
        **draw(ELSEWHERE),
    }
    for name in draw(st.sets(st.sampled_from(["data", "m", "people"]), max_size=1)):
        del document[name]
    return json.dumps(document, ensure_ascii=draw(st.booleans())).encode()


GOOD = (
    b'{"data":"customer_content.audio","m":{"at":"2025-02-01T09:00:00Z","by":"general"},'
    b'"people":["ann"]}'
)
ROLED_ONE = GOOD.replace(b'"ann"', b'{"person":"ann"}')
ODD = st.sampled_from(
    [
        b"",
        b"  ",
        b"{}",
        b"{} {}",
        GOOD + GOOD,
        GOOD + b" " + GOOD,
        GOOD[:-1],
        GOOD[1:],
        b"[" + GOOD + b"]",
        b" " + GOOD,
        GOOD + b" ",
        GOOD + b"\r",
        GOOD[:-1] + b',"people":["bob"]}',
        GOOD[:-1] + b',"peopl\\u0065":["bob"]}',
        GOOD[:-1] + b',"x":1,"x":2}',
        GOOD[:-1] + b',"x":{"y":1,"y":2}}',
        GOOD[:-1] + b',"x":NaN}',
        GOOD[:-1] + b',"x":-Infinity}',
        GOOD[:-1] + b',"x":1e999}',
        GOOD[:-1] + b',"x":"\xff"}',
        GOOD[:-1] + b',"x":"\\ud800"}',
        GOOD[:-1] + b',"x":"\x00"}',
        GOOD[:-1] + b',"x":' + b"[" * 40 + b"]" * 40 + b"}",
        GOOD[:-1] + b',"x":"' + b"[" * 40 + b'"}',
        GOOD.replace(b'"by"', b'"by":"general","by"'),
        GOOD.replace(b"ann", b"\\u0061nn"),
        GOOD.replace(b"ann", b"ann\\u0000"),
        b"\xef\xbb\xbf" + GOOD,
        b"\x1f\x8b" + GOOD,
        b"null",
        b'"text"',
    ]
)


@settings(max_examples=examples(150, 2400), deadline=None)
@given(st.lists(st.one_of(documents(), ODD, st.just(GOOD)), min_size=1, max_size=8), st.booleans())
@example([b"", GOOD + GOOD], True)
@example([GOOD + GOOD, b""], True)
@example([GOOD.replace(b",", b",\n", 1), GOOD + GOOD], True)
@example([GOOD, GOOD.replace(b'["ann"]', b'["bob","bob"]')], True)
def test_json_lines_by_column_and_by_row_give_the_same_results(
    lines: list[bytes], ended: bool
) -> None:
    rows = lines_of(b"\n".join(lines) + (b"\n" if ended else b"") or b"\n")
    reader = JsonlRowReader(MAPPED)

    for first in {rows[0].as_py(), GOOD, ROLED_ONE}:
        columnar = JsonlColumnReader.like(MAPPED, first)
        columns = columnar.read(rows) if columnar else None
        assert results(rows, columns, reader) == results(rows, None, reader)


def test_valid_json_lines_are_read_by_column() -> None:
    roled = GOOD.replace(b'"ann"', b'{"person":"bob","role":"host"}')
    listed = GOOD.replace(b'"customer_content.audio"', b'["customer_content.audio"]')
    for line in (GOOD, GOOD.replace(b'["ann"]', b'"ann"'), roled, listed, GOOD + b"\r"):
        rows = lines_of((line + b"\n") * 3)
        columnar = JsonlColumnReader.like(MAPPED, line)
        assert columnar is not None

        columns = columnar.read(rows)

        assert columns is not None
        found = find_patterns(columns, row_evaluator())
        assert found is not None
        assert found.group.null_count == 0
        assert len(found.groups) == 1


@pytest.mark.parametrize("max_pairwise", [0, 32])
def test_a_person_listed_twice_in_a_row_is_counted_once(
    max_pairwise: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(row_people, "MAX_PAIRWISE", max_pairwise)
    named = [["ann"], [], ["bob", "ann", "bob"], ["cid"] * 5, ["ann", "bob", "cid", "ann", "bob"]]
    rows = lines_of(
        b"".join(GOOD.replace(b'["ann"]', json.dumps(n).encode()) + b"\n" for n in named)
    )
    columnar = JsonlColumnReader.like(MAPPED, GOOD)
    assert columnar is not None
    columns = columnar.read(rows)
    assert columns is not None

    found = find_patterns(columns, row_evaluator())

    assert found is not None
    assert found.people_counts.to_pylist() == [1, 0, 2, 1, 3]


MAPPED_CSV = MAPPED.model_copy(
    update={
        "collected_at": MAPPED.collected_at.model_copy(update={"field": "at"}),
        "collected_by": MAPPED.collected_by.model_copy(update={"field": "by"}),
    }
)
CELLS = st.sampled_from(
    [
        "ann",
        "ann;bob",
        "bob;",
        "",
        "customer_content.audio",
        "customer_content.audio;customer_content.chat",
        "2025-02-01T09:00:00Z",
        "general",
        "é",
        "\udce9",
        " ann",
        "ann\u3000",
        "ann;bob\u2003",
        "spk01;ann",
        "1042",
        "a|b",
        '"ann"',
        'a"b',
        '"a,b"',
        "NULL",
        "\r",
        "\x00",
    ]
)
GOOD_CELLS = ("customer_content.audio", "2025-02-01T09:00:00Z", "general", "ann;bob", "more")


@settings(max_examples=examples(100, 1600), deadline=None)
@given(
    st.lists(
        st.one_of(
            st.tuples(*[st.one_of(CELLS, st.just(good)) for good in GOOD_CELLS]),
            st.just(GOOD_CELLS),
            st.lists(CELLS, max_size=6),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_csv_records_by_column_and_by_row_give_the_same_results(records: list[Any]) -> None:
    reader = CsvRowReader.of(MAPPED_CSV, b"data,at,by,people,more\n")
    rows = lines_of(
        "".join(",".join(cells) + "\n" for cells in records).encode(errors="surrogateescape")
    )

    columns = reader.columns(rows)

    assert results(rows, columns, reader) == results(rows, None, reader)


def test_valid_csv_records_are_read_by_column() -> None:
    fields = FieldMapping.read(
        {
            "data": {"field": "data"},
            "collected_at": {"field": "at"},
            "collected_by": {"constant": "general"},
            "people": {"field": "people", "role": "speaker"},
        }
    )
    reader = CsvRowReader.of(fields, b"data,at,people\n")

    columns = reader.columns(lines_of(b"customer_content.audio,2025-02-01T09:00:00Z,ann;bob\n"))

    assert columns is not None
    assert columns.people.to_pylist() == [
        [{"person": "ann", "role": 1}, {"person": "bob", "role": 1}]
    ]


@pytest.mark.parametrize("people", [0, 1, 70])
def test_too_many_distinct_statuses_fall_back_to_row_by_row(people: int) -> None:
    """A row has one bit for each distinct status and role.

    With more than 62, no row is read by column.
    """
    ends = [NOW + timedelta(seconds=second + 1) for second in range(people)]
    states = {
        f"p{number}": state_after(
            PartyState(),
            build_rule(
                consent_event(
                    f"g{number}", "grant", person=f"p{number}", uses=[screening().use], until=end
                ),
                None,
                at=NOW - timedelta(days=1),
            ),
        )
        for number, end in enumerate(ends)
    }
    named = json.dumps(list(states)).encode()
    rows = lines_of(GOOD.replace(b'["ann"]', named) + b"\n")
    columnar = JsonlColumnReader.like(MAPPED, GOOD)
    assert columnar is not None
    columns = columnar.read(rows)
    assert columns is not None

    found = find_patterns(columns, row_evaluator(), states)

    assert (found is None) is (people > 62)


@pytest.mark.parametrize("grants", [0, 70, 300])
def test_rows_are_distinguished_under_any_number_of_grants_that_begin_at_different_times(
    grants: int,
) -> None:
    # given a customer and people whose grants cover data from many different times
    use = screening().use
    customer, states = PartyState(), dict[str, PartyState]()
    for day in range(grants):
        grant = consent_event(
            f"g{day}",
            "grant",
            uses=[use],
            data=[LEAVES[day % 15]],
            form_id=FORM_SHA256,
            signature="click",
        )
        rule = build_rule(grant, FORM_FROM_GRANT, at=NOW - timedelta(days=200 - day % 200))
        customer = state_after(customer, rule)
    for number, who in enumerate(("ann", "bob", "cid", "dan")):
        grant = consent_event(
            "g",
            "grant",
            uses=[use],
            data=["customer_content"],
            person=who,
            form_id=FORM_SHA256,
            signature="click",
        )
        rule = build_rule(grant, FORM_FROM_GRANT, at=NOW - timedelta(days=50 * number + 10))
        states[who] = state_after(PartyState(), rule)
    rows = lines_of(
        b"".join(
            GOOD.replace(b"2025-02-01", (NOW - timedelta(days=day)).date().isoformat().encode())
            .replace(b"ann", who)
            .replace(b"general", by)
            + b"\n"
            for day in range(0, 200, 7)
            for who in (b"ann", b"bob", b"cid", b"dan")
            for by in (b"general", b"meeting_summary")
        )
    )
    columnar = JsonlColumnReader.like(MAPPED, GOOD)
    assert columnar is not None
    columns = columnar.read(rows)
    assert columns is not None

    # when their patterns are found by column
    found = find_patterns(columns, row_evaluator(customer), states)

    # then they are those that are found row by row
    assert found is not None
    reader = JsonlRowReader(MAPPED)
    by_column, by_row = (results(rows, each, reader, customer, states) for each in (columns, None))
    assert by_column == by_row


def test_a_byte_order_mark_in_a_block_is_not_read_as_an_id() -> None:
    reader = CsvRowReader.of(MAPPED_CSV, b"data,at,by,people,more\n")
    rows = lines_of(BOM_UTF8 + ",".join(GOOD_CELLS).encode() + b"\n")

    assert reader.columns(rows) is None


IN_LISTS = FieldMapping.read(
    {
        "data": {"field": ["data"]},
        "collected_at": {"field": "at", "zone": "Europe/Berlin"},
        "collected_by": {"constant": "general"},
        "people": {"field": "turns[].who", "role": "speaker"},
    }
)
NESTED = IN_LISTS.model_copy(
    update={"people": MappedPeople(field="meetings[].turns[].who", role="speaker")}
)
LOCAL_TIMES = st.sampled_from(
    [
        "2025-02-01T09:00:00Z",
        "2025-02-01T09:00:00",
        "2025-02-01 09:00:00.5",
        "2025-02-01",
        "2025-02-30",
        "2025-03-30T02:30:00",  # The clocks skip it.
        "2025-10-26T02:30:00",  # They repeat it.
        "0001-01-01",
        "9999-12-31",
        "2025-02-01T09:00:00+02:00",
        "soon",
        None,
    ]
)
WHO = st.sampled_from(["ann", "bob", "cid", "", "SPEAKER_00", None, 1042, True, ["ann", "bob"], []])
TURNS: st.SearchStrategy[Any] = st.one_of(
    st.lists(
        st.one_of(
            st.fixed_dictionaries({}, optional={"who": WHO, "text": st.just("x")}),
            st.sampled_from([None, "ann", []]),
            st.just({"who": "ann"}),
        ),
        max_size=3,
    ),
    st.sampled_from([None, "ann", {"who": "ann"}]),
)


@st.composite
def documents_in_lists(draw: st.DrawFn) -> dict[str, Any]:
    document = {
        "data": "customer_content.audio",
        "at": draw(LOCAL_TIMES),
        "turns": draw(TURNS),
        "meetings": draw(
            st.lists(st.fixed_dictionaries({}, optional={"turns": TURNS}), max_size=2) | st.none()
        ),
    }
    for name in draw(st.sets(st.sampled_from(sorted(document)), max_size=1)):
        del document[name]
    return document


PLAIN_TURNS = [{"who": "ann"}, {"who": "bob"}]
PLAIN = {
    "data": "customer_content.audio",
    "at": "2025-02-01",
    "turns": PLAIN_TURNS,
    "meetings": [{"turns": PLAIN_TURNS}, {"turns": []}],
}


@settings(max_examples=examples(150, 2400), deadline=None)
@given(st.lists(documents_in_lists() | st.just(PLAIN), min_size=1, max_size=6))
def test_people_in_lists_of_objects_and_local_times_have_the_same_results_by_column_and_by_row(
    documents: list[dict[str, Any]],
) -> None:
    rows = lines_of(b"".join(json.dumps(each).encode() + b"\n" for each in documents))

    for fields in (IN_LISTS, NESTED):
        reader = JsonlRowReader(fields)
        for first in (rows[0].as_py(), json.dumps(PLAIN).encode()):
            columnar = JsonlColumnReader.like(fields, first)
            columns = columnar.read(rows) if columnar else None
            assert results(rows, columns, reader) == results(rows, None, reader)


def test_people_in_lists_of_objects_are_read_by_column() -> None:
    rows = lines_of(json.dumps(PLAIN).encode() + b"\n")
    for fields in (IN_LISTS, NESTED):
        columnar = JsonlColumnReader.like(fields, rows[0].as_py())
        assert columnar is not None
        columns = columnar.read(rows)
        assert columns is not None
        assert [each["person"] for each in columns.people[0].as_py()] == ["ann", "bob"]
        assert columns.collected_at[0].as_py().isoformat() == "2025-01-31T23:00:00+00:00"


WHO_TYPES = (
    pa.string(),
    pa.large_string(),
    pa.dictionary(pa.int8(), pa.string()),
    pa.int64(),
)
LIST_TYPES: tuple[Callable[[pa.DataType], pa.DataType], ...] = (
    pa.list_,
    pa.large_list,
    pa.list_view,
    lambda kind: pa.list_(kind, 2),
)
LOCAL = datetime.fromisoformat("2025-02-01T02:30:00")
TIMES_OF_PARQUET: Mapping[pa.DataType, list[Any]] = {
    pa.string(): ["2025-02-01", "2025-02-01T09:00:00Z", "soon", None],
    pa.date32(): [date(2025, 2, 1), date(2025, 3, 30), None],
    pa.date64(): [date(2025, 2, 1), None],
    pa.timestamp("us"): [LOCAL, LOCAL.replace(month=3, day=30), None],
    pa.timestamp("ns"): [LOCAL, LOCAL.replace(month=10, day=26), None],
    pa.timestamp("ms", "Asia/Tokyo"): [datetime(2025, 2, 1, tzinfo=UTC), None],
    pa.int64(): [1738400400],
}


@settings(max_examples=examples(100, 1600), deadline=None)
@given(st.data())
def test_parquet_rows_by_column_and_by_row_give_the_same_results(data: st.DataObject) -> None:
    who, when = (
        data.draw(st.sampled_from(WHO_TYPES)),
        data.draw(st.sampled_from(list(TIMES_OF_PARQUET))),
    )
    list_of = data.draw(st.sampled_from(LIST_TYPES))
    ids = [1042, None] if who == pa.int64() else ["ann", "bob", "cid", "", None]
    turn = st.fixed_dictionaries({"who": st.sampled_from(ids)}) | st.none()
    rows = data.draw(
        st.lists(
            st.tuples(
                st.lists(turn, min_size=2, max_size=2) | st.none(),
                st.sampled_from(TIMES_OF_PARQUET[when]),
            ),
            min_size=1,
            max_size=6,
        )
    )
    plain = pa.list_(pa.struct([("who", pa.string() if who != pa.int64() else who)]))
    turns = pa.array([each for each, _ in rows], plain)
    table = pa.table(
        {
            "data": ["customer_content.audio"] * len(rows),
            "at": pa.array([at for _, at in rows], when),
            "turns": typed_turns(turns, who, list_of),
        }
    )
    file = BytesIO()
    parquet.write_table(table, file)
    request = screening(
        manifest={"key": KEY, "format": "parquet"}, fields=IN_LISTS.model_dump(exclude_none=True)
    )

    with spool_to_disk([file.getvalue()], request.manifest.format) as spool:
        (block,) = open_manifest(spool, request).blocks()
        assert block_results(block) == block_results(replace(block, columns=None))


def typed_turns(
    turns: pa.Array, who: pa.DataType, list_of: Callable[[pa.DataType], pa.DataType]
) -> pa.Array:
    """The same lists with other types of lists and of texts."""
    people = turns.values.field("who")
    people = people.dictionary_encode() if pa.types.is_dictionary(who) else people
    structs = pa.StructArray.from_arrays([people.cast(who)], ["who"], mask=turns.values.is_null())
    kind = list_of(structs.type)
    if pa.types.is_fixed_size_list(kind):
        return pa.array(turns.to_pylist(), list_of(turns.type.value_type))
    if pa.types.is_list_view(kind):
        sizes = turns.value_lengths().fill_null(0)
        offsets = turns.offsets[:-1]
        return pa.ListViewArray.from_arrays(offsets, sizes, structs, mask=turns.is_null())
    array = pa.LargeListArray if pa.types.is_large_list(kind) else pa.ListArray
    offsets = turns.offsets.cast(pa.int64() if array is pa.LargeListArray else pa.int32())
    return array.from_arrays(offsets, structs, mask=turns.is_null())


TSV_CELLS = CELLS | st.sampled_from(['"', '"ann', "a,b", "", "2025-02-01 10:00"])
MAPPED_TSV = MAPPED_CSV.model_copy(
    update={"collected_at": MomentOrConstant(field="at", zone="UTC")}
)


@settings(max_examples=examples(100, 1600), deadline=None)
@given(
    st.lists(
        st.one_of(
            st.tuples(*[st.one_of(TSV_CELLS, st.just(good)) for good in GOOD_CELLS]),
            st.just(GOOD_CELLS),
            st.lists(TSV_CELLS, max_size=6),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_tsv_records_by_column_and_by_row_give_the_same_results(records: list[Any]) -> None:
    reader = CsvRowReader.of(MAPPED_TSV, b"data\tat\tby\tpeople\tmore\n", quoted=False)
    rows = lines_of(
        "".join("\t".join(cells) + "\n" for cells in records).encode(errors="surrogateescape")
    )

    columns = reader.columns(rows)

    assert results(rows, columns, reader) == results(rows, None, reader)
