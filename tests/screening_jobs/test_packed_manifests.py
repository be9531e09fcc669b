"""Packed manifests: gzip and zstd are unpacked while they are read; everything else is named."""

import bz2
import gzip
import hashlib
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consentry.kernel.errors import InvalidRequestError
from consentry.manifests.limits import ScreeningLimits
from consentry.manifests.model import ManifestFormat
from consentry.manifests.spool import MAX_RATIO, spool_to_disk
from tests.testkit.builders.screenings import (
    FIELDS,
    KEY,
    ScreeningDriver,
    csv_screening,
    row,
    rttm_line,
    rttm_screening,
    screening,
    screening_with_withdrawals,
)
from tests.testkit.campaign import examples

ROWS = row("ann") + row("bob") + b"?\n"


def zstd(content: bytes) -> bytes:
    packed: bytes = pa.compress(content, codec="zstd", asbytes=True)
    return packed


def in_members(content: bytes) -> bytes:
    """Like `cat a.gz b.gz`: what tools that pack in parallel write."""
    return gzip.compress(content[:50]) + gzip.compress(content[50:])


PACKINGS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "gzip in members": in_members,
    "gzip with zeros at its end": lambda content: gzip.compress(content) + bytes(3000),
    "zstd": zstd,
    "zstd in frames": lambda content: zstd(content[:50]) + zstd(content[50:]),
}


@pytest.fixture
def acme() -> ScreeningDriver:
    return screening_with_withdrawals("bob")


@pytest.mark.parametrize("packing", PACKINGS)
def test_packed_json_lines_have_the_outputs_of_plain_ones(
    acme: ScreeningDriver, packing: str
) -> None:
    packed = PACKINGS[packing](ROWS)
    acme.put([packed])

    decision = acme.screen()

    # The outputs are plain, and the manifest's digest is that of the stored object.
    assert acme.output(decision, "admitted") == row("ann")
    assert acme.output(decision, "rejected") == row("bob")
    assert acme.output(decision, "undetermined") == b"?\n"
    assert decision.outputs["admitted"].key.endswith("/admitted.jsonl")
    assert decision.manifest.sha256 == hashlib.sha256(packed).hexdigest()
    assert decision.manifest.bytes == len(packed)


def test_unpacking_zstd_prints_nothing(
    acme: ScreeningDriver, capfd: pytest.CaptureFixture[str]
) -> None:
    acme.put([zstd(ROWS)])

    acme.screen()

    assert capfd.readouterr().err == ""


TABLE_FIELDS = FIELDS | {"data": {"constant": "customer_content.audio"}}
TABLE = b"people,at\nann,2026-02-01T09:00:00Z\nbob,2026-02-01T09:00:00Z\n"
LINES: dict[str, tuple[bytes, Any]] = {
    "csv": (TABLE, csv_screening(fields=TABLE_FIELDS)),
    "tsv": (
        TABLE.replace(b",", b"\t"),
        screening(manifest={"key": KEY, "format": "tsv"}, fields=TABLE_FIELDS),
    ),
    "rttm": (rttm_line("m1", "ann") + rttm_line("m2", "bob"), rttm_screening()),
}


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize("form", LINES)
def test_each_format_of_lines_is_unpacked(acme: ScreeningDriver, form: str, packing: str) -> None:
    content, request = LINES[form]
    acme.put([PACKINGS[packing](content)])

    decision = acme.screen(request)

    rows = [decision.outputs[name].rows for name in ("admitted", "rejected", "undetermined")]
    assert rows == [1, 1, 0]


def tar(content: bytes) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        member = tarfile.TarInfo("m.jsonl")
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return packed.getvalue()


def archive(content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as written:
        written.writestr("m.jsonl", content)
    return packed.getvalue()


NAMED: dict[str, tuple[bytes, str]] = {
    "bzip2": (bz2.compress(ROWS), "is bzip2: only gzip and zstd are unpacked"),
    "xz": (lzma.compress(ROWS), "is xz: only gzip and zstd are unpacked"),
    "zip": (archive(ROWS), "is zip: only gzip and zstd are unpacked"),
    "lz4": (
        pa.compress(ROWS, codec="lz4", asbytes=True),
        "is lz4: only gzip and zstd are unpacked",
    ),
    "7z": (b"7z\xbc\xaf\x27\x1c\0\4", "is 7z: only gzip and zstd are unpacked"),
    "tar": (tar(ROWS), "is tar: a manifest is one file"),
    "tar in gzip": (gzip.compress(tar(ROWS)), "is tar: a manifest is one file"),
    "gzip in gzip": (gzip.compress(gzip.compress(ROWS)), "is packed twice, inside with gzip"),
    "xz in zstd": (zstd(lzma.compress(ROWS)), "is packed twice, inside with xz"),
    "utf-16": (ROWS.decode().encode("utf-16"), "is UTF-16: only UTF-8 is read"),
    "utf-16 without a mark": (ROWS.decode().encode("utf-16-be"), "is UTF-16: only UTF-8 is read"),
    "utf-32": (ROWS.decode().encode("utf-32"), "is UTF-32: only UTF-8 is read"),
    "utf-32 without a mark": (ROWS.decode().encode("utf-32-le"), "is UTF-32: only UTF-8 is read"),
    "utf-16 in gzip": (
        gzip.compress(ROWS.decode().encode("utf-16-le")),
        "is UTF-16: only UTF-8 is read",
    ),
    "parquet": (b"PAR1\x15\x04\x15", "is Parquet, not jsonl"),
    "arrow": (b"ARROW1\0\0", "is Arrow IPC, not jsonl"),
    "avro": (b"Obj\x01\x04", "is Avro, not jsonl"),
    "cut gzip": (gzip.compress(ROWS)[:-4], "is damaged gzip, or ends early"),
    "damaged gzip": (gzip.compress(ROWS)[:20] + b"?" * 20, "is damaged gzip, or ends early"),
    "gzip and more": (gzip.compress(ROWS) + b"more", "is damaged gzip, or ends early"),
    "cut zstd": (zstd(ROWS)[:-4], "is damaged zstd, or ends early"),
    "damaged zstd": (zstd(ROWS)[:20] + b"?" * 20, "is damaged zstd, or ends early"),
}


@pytest.mark.promise(4)
@pytest.mark.parametrize("name", NAMED)
def test_another_packing_or_encoding_is_rejected_by_its_name(
    acme: ScreeningDriver, name: str
) -> None:
    content, problem = NAMED[name]
    acme.put([content])

    with pytest.raises(InvalidRequestError) as raised:
        acme.screen()

    assert str(raised.value) == f"manifest: {problem}"


@pytest.mark.parametrize("head", ["ORCID", "BZh9", "PAR1", "Rar!", "LZIP", "7z", "PK"])
def test_a_column_whose_name_looks_like_a_mark_is_no_other_kind_of_file(
    acme: ScreeningDriver, head: str
) -> None:
    acme.put([TABLE.replace(b"people", head.encode())])

    decision = acme.screen(
        csv_screening(fields=TABLE_FIELDS | {"people": {"field": head, "role": "speaker"}})
    )

    assert decision.outputs["admitted"].rows == 1


def test_parquet_in_gzip_is_rejected(acme: ScreeningDriver) -> None:
    acme.put([gzip.compress(b"PAR1")])

    with pytest.raises(InvalidRequestError, match="is gzip: Parquet is not packed again"):
        acme.screen(screening(manifest={"key": KEY, "format": "parquet"}))


BOMB = b"\n" * (1 << 20)


def gzip_bomb() -> list[bytes]:
    packer = zlib.compressobj(wbits=31)
    return [*(packer.compress(BOMB) for _ in range(64)), packer.flush()]


def zstd_bomb() -> list[bytes]:
    return [zstd(BOMB * 64)]


@pytest.mark.parametrize("bomb", [gzip_bomb, zstd_bomb])
def test_a_bomb_is_rejected_long_before_it_is_unpacked(bomb: Callable[[], list[bytes]]) -> None:
    with (
        pytest.raises(InvalidRequestError, match=f"unpacks to more than {MAX_RATIO} times"),
        spool_to_disk(bomb()),
    ):
        pass


@pytest.mark.parametrize("packing", PACKINGS)
def test_the_unpacked_length_is_limited(packing: str) -> None:
    limits = ScreeningLimits(max_manifest=1000)
    with (
        pytest.raises(InvalidRequestError, match="is longer than 1000 bytes"),
        spool_to_disk([PACKINGS[packing](bytes(range(97, 107)) * 101)], limits=limits),
    ):
        pass


@settings(max_examples=examples(50, 1000), deadline=None)
@given(st.binary(max_size=2000), st.sampled_from(list(PACKINGS)), st.integers(1, 500))
def test_what_is_unpacked_is_what_was_packed(content: bytes, packing: str, chunk: int) -> None:
    content = b"{" + content
    packed = PACKINGS[packing](content)
    chunks = [packed[at : at + chunk] for at in range(0, len(packed), chunk)]

    with spool_to_disk([*chunks, b""], ManifestFormat.JSONL) as spool:
        spool.content.seek(0)
        assert spool.content.read() == content
        assert spool.unpacked_bytes == len(content)
        assert spool.bytes == len(packed)
