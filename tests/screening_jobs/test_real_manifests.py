"""Manifests that the libraries of others wrote: Lhotse, Hugging Face, Spark, Polars, and two layouts."""

import json
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any

import polars as pl
import pyarrow as pa
import pytest
from pyarrow import parquet

from consentry.screening.screening_decision import ScreeningDecision
from tests.testkit.builders.dependencies import consent_event
from tests.testkit.builders.screenings import (
    COLLECTED_AT,
    CONSTANTS,
    KEY,
    ScreeningDriver,
    screening,
    screening_with_withdrawals,
)
from tests.testkit.vendored import vendored_files

OUTCOMES = ("admitted", "rejected", "undetermined")


def vendored(path: str) -> bytes:
    return vendored_files("manifests")[PurePosixPath(path)]


@pytest.fixture
def acme() -> ScreeningDriver:
    acme = screening_with_withdrawals("bob", "bb02")
    acme.deps.record(consent_event("w", "withdrawal", person="User Interface"))
    return acme


def screen(
    acme: ScreeningDriver, content: bytes, form: str, **fields: Any
) -> tuple[ScreeningDecision, list[int]]:
    """Screen with constants except for the fields, and count the rows of each outcome."""
    acme.put([content])
    request = screening(manifest={"key": KEY, "format": form}, fields=CONSTANTS | fields)
    decision = acme.screen(request)
    return decision, [decision.outputs[name].rows for name in OUTCOMES]


def people(*field: str) -> dict[str, Any]:
    path = field[0] if len(field) == 1 else list(field)
    return {"people": {"field": path, "role": "speaker"}}


def test_lhotse_cuts_are_read(acme: ScreeningDriver) -> None:
    decision, rows = screen(
        acme,
        vendored("lhotse/cuts.jsonl.gz"),
        "jsonl",
        **people("supervisions[].speaker"),
        collected_at={"field": "custom.collected_at"},
    )

    # Ann and bob; ann; cid; a supervision without a speaker; no supervision.
    assert rows == [2, 2, 1]
    assert decision.invalid_rows == {"people: is missing (column `supervisions[].speaker`)": 1}
    admitted = acme.output(decision, "admitted").splitlines()
    assert [json.loads(line)["id"] for line in admitted] == ["cut-1", "cut-2"]


def test_lhotse_cuts_of_one_recording_are_evaluated_together(acme: ScreeningDriver) -> None:
    _, rows = screen(
        acme,
        vendored("lhotse/cuts.jsonl.gz"),
        "jsonl",
        **people("supervisions", "[]", "speaker"),
        recording={"field": "recording.id"},
    )

    assert rows == [1, 3, 1]


def test_mixed_lhotse_cuts_are_read(acme: ScreeningDriver) -> None:
    _, rows = screen(
        acme,
        vendored("lhotse/mixed-cuts.jsonl.gz"),
        "jsonl",
        **people("tracks[].cut.supervisions[].speaker"),
    )

    assert rows == [0, 1, 0]


def test_lhotse_supervisions_are_read_as_segments(acme: ScreeningDriver) -> None:
    decision, rows = screen(
        acme,
        vendored("lhotse/supervisions.jsonl.gz"),
        "jsonl",
        **people("speaker"),
        recording={"field": "recording_id"},
        onset={"field": "start"},
        duration={"field": "duration"},
    )

    assert rows == [1, 3, 1]
    assert decision.outputs["rejected"].seconds == 3 * 1.25


def test_qmsum_meetings_are_read(acme: ScreeningDriver) -> None:
    _, rows = screen(
        acme, vendored("qmsum/meetings.jsonl"), "jsonl", **people("meeting_transcripts[].speaker")
    )

    assert rows == [1, 1, 0]


def test_a_hugging_face_audiofolder_is_read(acme: ScreeningDriver) -> None:
    lines, parquet_file = (
        vendored("huggingface/metadata.jsonl"),
        vendored("huggingface/audiofolder.parquet"),
    )
    for form, content in (("jsonl", lines), ("parquet", parquet_file)):
        for path in ("speaker_id", "turns[].speaker"):
            acme = screening_with_withdrawals("bob")
            _, rows = screen(
                acme, content, form, **people(path), collected_at={"field": "collected_at"}
            )
            assert rows == [1, 1, 0], (form, path)


def test_a_common_voice_tsv_is_read(acme: ScreeningDriver) -> None:
    content = vendored("common-voice/validated.tsv")

    decision, rows = screen(acme, content, "tsv", **people("client_id"))

    # Sentences have quotes that are not those of CSV.
    header, *lines = content.splitlines(keepends=True)
    assert rows == [2, 1, 0]
    assert acme.output(decision, "admitted") == header + lines[0] + lines[2]
    assert decision.outputs["admitted"].key.endswith("/admitted.tsv")


SPARK = ("INT96", "TIMESTAMP_MICROS")


@pytest.mark.parametrize("written", SPARK)
@pytest.mark.parametrize("who", ["people", "turns[].speaker"])
@pytest.mark.parametrize("when", ["at", "local", "day"])
def test_a_parquet_file_of_spark_is_read(
    acme: ScreeningDriver, written: str, who: str, when: str
) -> None:
    decision, rows = screen(
        acme,
        vendored(f"spark/{written}.parquet"),
        "parquet",
        **people(who),
        collected_at={"field": when, "zone": "UTC"},
        data={"field": "data"},
    )

    assert rows == [2, 1, 0]
    (moment,) = {pattern.facts.collected_at.isoformat() for pattern in decision.row_patterns}
    assert moment == ("2026-02-01T00:00:00+00:00" if when == "day" else "2026-02-01T09:00:00+00:00")


@pytest.mark.parametrize("when", ["at", "local", "day"])
def test_int96_and_other_times_without_an_offset_need_a_zone(
    acme: ScreeningDriver, when: str
) -> None:
    decision, rows = screen(
        acme,
        vendored("spark/INT96.parquet"),
        "parquet",
        **people("people"),
        collected_at={"field": when},
    )

    assert rows == [0, 0, 3]
    (problem,) = decision.invalid_rows
    assert problem == (
        f"collected_at: is a date or time without an offset: declare its `zone` (column `{when}`)"
    )


def test_recordings_of_a_parquet_file_are_evaluated_together(acme: ScreeningDriver) -> None:
    content = vendored("spark/TIMESTAMP_MICROS.parquet")

    decision, rows = screen(
        acme,
        content,
        "parquet",
        **people("turns[].speaker"),
        recording={"field": ["a.b"]},
        onset={"field": "onset"},
        duration={"field": "seconds"},
    )

    # The recording m1 has ann and bob, m2 only ann.
    assert rows == [1, 2, 0]
    assert decision.outputs["admitted"].recordings == 1
    assert decision.outputs["rejected"].seconds == 3.0


def test_a_parquet_file_of_polars_is_read(acme: ScreeningDriver) -> None:
    frame = pl.DataFrame(
        {
            "who": ["ann", "bob", "ann"],
            "people": [["ann"], ["bob"], ["cid"]],
            "turns": [[{"speaker": "ann"}], [{"speaker": "bob"}], []],
            "at": [COLLECTED_AT] * 3,
            "kind": ["customer_content.audio"] * 3,
        }
    ).with_columns(
        moment=pl.col("at").str.to_datetime(time_zone="UTC"),
        local=pl.col("at").str.to_datetime(time_zone="UTC").dt.replace_time_zone(None),
        kind=pl.col("kind").cast(pl.Categorical),
    )
    file = BytesIO()
    frame.write_parquet(file)
    original = parquet.read_table(BytesIO(file.getvalue()))

    for who, expected in (
        ("who", [2, 1, 0]),
        ("people", [2, 1, 0]),
        ("turns[].speaker", [1, 2, 0]),
    ):
        for when in ("at", "moment", "local"):
            acme = screening_with_withdrawals("bob")
            decision, rows = screen(
                acme,
                file.getvalue(),
                "parquet",
                **people(who),
                collected_at={"field": when, "zone": "UTC"},
                data={"field": "kind"},
            )
            assert rows == expected, (who, when)

    outputs = [parquet.read_table(BytesIO(acme.output(decision, name))) for name in OUTCOMES]
    written = pa.concat_tables(outputs, promote_options="permissive").to_pylist()
    assert sorted(map(str, written)) == sorted(map(str, original.to_pylist()))
