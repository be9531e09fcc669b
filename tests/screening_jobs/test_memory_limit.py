"""Any manifest is screened or rejected within 1.2 GB, whatever sizes its file declares."""

import zlib
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from tests.testkit.builders.screenings import (
    AUDIO,
    COLLECTED_AT,
    CONSTANTS,
    FIELDS,
    KEY,
    row,
    rttm_line,
    segment_line,
)
from tests.testkit.campaign import CAMPAIGN
from tests.testkit.measured_screening import measure

MAX_MIB = 1_200_000_000 // (1024 * 1024)
PEOPLE = CONSTANTS | {"people": {"field": "p", "role": "speaker"}}
ITEMS = FIELDS | {"item": {"field": "id"}, "derived_from": {"field": "from"}}

TOO_MANY = "manifest: names more people, recordings or items than fit into memory: "
TOO_LARGE = "manifest: needs more than 192 MiB of memory to read a few rows"
BOMB = "manifest: unpacks to more than 200 times its size"

type Content = Iterable[bytes]


def written(columns: dict[str, Any], rows: int = 1, **how: Any) -> Content:
    file = BytesIO()
    known = {"people": ["ann"] * rows, "data": [AUDIO] * rows, "at": [COLLECTED_AT] * rows}
    parquet.write_table(pa.table(known | columns), file, compression="zstd", **how)
    return [file.getvalue()]


def repeated_text() -> Content:
    return written({"note": pa.array(["x" * 100_000] * 5000, pa.large_string())}, 5000)


def long_list() -> Content:
    count = 30_000_000
    ends = pa.array([0, count], pa.int64())
    return written({"l": pa.LargeListArray.from_arrays(ends, pa.nulls(count, pa.int8()))})


def long_text() -> Content:
    return written({"t": pa.array(["\0" * 300_000_000], pa.large_string())}, use_dictionary=False)


def many_columns() -> Content:
    return written({f"c{n}": pa.array(range(500), pa.int64()) for n in range(6000)}, 500)


def gzip_bomb() -> Iterator[bytes]:
    packer = zlib.compressobj(wbits=31)
    for _ in range(200):
        yield packer.compress(b"\n" * (1 << 20))
    yield packer.flush()


def zstd_bomb() -> Content:
    return [pa.compress(b"\n" * (200 << 20), codec="zstd", asbytes=True)]


def people(count: int) -> Iterator[bytes]:
    yield b"p\n"
    yield from (b"p%d\n" % number for number in range(count))


MANIFESTS: dict[str, tuple[str, dict[str, Any], Callable[[], Content], str]] = {
    "a text that repeats in Parquet": ("parquet", {"fields": FIELDS}, repeated_text, TOO_LARGE),
    "a long list of nulls in Parquet": ("parquet", {"fields": FIELDS}, long_list, TOO_LARGE),
    "a long text in Parquet": ("parquet", {"fields": FIELDS}, long_text, TOO_LARGE),
    "many columns in Parquet": ("parquet", {"fields": FIELDS}, many_columns, "allow"),
    "a gzip bomb": ("jsonl", {"fields": PEOPLE}, gzip_bomb, BOMB),
    "a zstd bomb": ("jsonl", {"fields": PEOPLE}, zstd_bomb, BOMB),
    "many people": ("csv", {"fields": PEOPLE}, lambda: people(2_000_000), TOO_MANY),
    "blank lines": ("jsonl", {"fields": PEOPLE}, lambda: [b"\n" * 400_000], "deny"),
    "many mentions in CSV": (
        "csv", {"fields": PEOPLE}, lambda: [b"p\n", (b"a;" * 60_000 + b"a\n") * 40], "allow"
    ),
    "many mentions in JSON lines": (
        "jsonl",
        {"fields": PEOPLE},
        lambda: [b'{"p":[' + b'"a",' * 60_000 + b'"a"]}\n'] * 40,
        "allow",
    ),
    "long rows": (
        "jsonl", {"fields": PEOPLE}, lambda: [b'{"p":"' + b"x" * (63 << 20) + b'"}\n'] * 2, "deny"
    ),
    "many recordings": (
        "rttm",
        {"fields": CONSTANTS},
        lambda: (rttm_line(f"r{number}", "ann") for number in range(1_200_000)),
        TOO_MANY,
    ),
    "many segments": (
        "rttm",
        {"fields": CONSTANTS, "combine": "segments"},
        lambda: (segment_line("r", "ann", str(number), "1") for number in range(200_000)),
        "allow",
    ),
    "many items": (
        "jsonl",
        {"fields": ITEMS},
        lambda: (row("ann", id=f"i{number}", **{"from": None}) for number in range(1_200_000)),
        TOO_MANY,
    ),
}  # fmt: skip
# How many times a campaign must be as long as usual to run it. Without a number, `make test` does.
CAMPAIGNS = {
    "many people": 1,
    "long rows": 1,
    "many segments": 1,
    "many recordings": 2,
    "many items": 2,
}


@pytest.mark.campaign
@pytest.mark.promise(4)
@pytest.mark.parametrize("name", [n for n in MANIFESTS if CAMPAIGNS.get(n, 0) <= CAMPAIGN])
def test_a_manifest_is_screened_or_rejected_within_the_memory_limit(
    tmp_path: Path, name: str
) -> None:
    form, request, content, outcome = MANIFESTS[name]
    path = tmp_path / "manifest"
    with path.open("wb") as file:
        file.writelines(content())

    measured = measure(path, {"manifest": {"key": KEY, "format": form}} | request)

    assert measured.outcome.startswith(outcome)
    assert measured.peak_mib < MAX_MIB
    assert measured.written < 5 * path.stat().st_size + 1_000_000
