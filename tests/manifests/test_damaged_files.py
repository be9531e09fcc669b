"""Damaged files of each format: only our own errors, which repeat nothing, and bounded memory."""

import gzip
import random
import resource
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

import pyarrow as pa
import pytest

from consentry.consent.status import PartyState
from consentry.kernel.errors import InvalidRequestError
from consentry.manifests.limits import ScreeningLimits
from consentry.manifests.open_manifest import open_manifest
from consentry.manifests.spool import spool_to_disk
from consentry.screening.block_evaluation import BlockEvaluator
from consentry.screening.row_evaluator import RowEvaluator
from tests.testkit.builders.dependencies import DEFAULT_ASSIGNMENT, NOW, library
from tests.testkit.builders.screenings import CONSTANTS, KEY, screening
from tests.testkit.campaign import examples
from tests.testkit.vendored import ami_meetings, vendored_files

NO_STATE = PartyState()
CANARY = "canary-person"
MIB = 1024 * 1024
LIMITS = ScreeningLimits(max_manifest=16 * MIB, decoding=64 * MIB, memory=64 * MIB)


def _vendored(path: str) -> bytes:
    return vendored_files("manifests")[PurePosixPath(path)]


def _people(field: str, **more: Any) -> dict[str, Any]:
    return CONSTANTS | {"people": {"field": field, "role": "speaker"}} | more


def _files() -> Mapping[str, tuple[str, dict[str, Any], bytes]]:
    """By parser: the format, the mapping, and a real file with a canary as a person's id."""
    cuts = gzip.decompress(_vendored("lhotse/cuts.jsonl.gz"))
    cuts = cuts.replace(b'"ann"', f'"{CANARY}"'.encode())
    in_cuts = _people("supervisions[].speaker", collected_at={"field": "custom.collected_at"})
    tsv = _vendored("common-voice/validated.tsv").replace(b"aa01", CANARY.encode())
    rttm = next(iter(ami_meetings().values()))[:4000].replace(b" MEE", f" {CANARY}".encode())
    metadata = b"file_name,who,at\n" + f'a.wav,"{CANARY};bob",2026-02-01\n'.encode() * 20
    spark = _people("turns[].speaker", collected_at={"field": "local", "zone": "Europe/Berlin"})
    linked = {
        "recording": {"field": ["a.b"]},
        "onset": {"field": "onset"},
        "duration": {"field": "seconds"},
    }
    return {
        "json lines": ("jsonl", in_cuts, cuts),
        "json lines of recordings": (
            "jsonl", in_cuts | {"recording": {"field": "recording.id"}}, cuts
        ),
        "csv": (
            "csv", _people("who", collected_at={"field": "at", "zone": "UTC"}), metadata
        ),
        "tsv": ("tsv", _people("client_id"), tsv),
        "rttm": ("rttm", CONSTANTS, rttm),
        "gzip": ("jsonl", in_cuts, gzip.compress(cuts)),
        "zstd": ("jsonl", in_cuts, pa.compress(cuts, codec="zstd", asbytes=True)),
        "parquet": ("parquet", spark, _vendored("spark/TIMESTAMP_MICROS.parquet")),
        "parquet with INT96": ("parquet", spark, _vendored("spark/INT96.parquet")),
        "parquet of recordings": (
            "parquet", spark | linked, _vendored("spark/TIMESTAMP_MICROS.parquet")
        ),
        "parquet of a data set": (
            "parquet", _people("speaker_id"), _vendored("huggingface/audiofolder.parquet")
        ),
    }  # fmt: skip


FILES = _files()


def damaged(content: bytes, drawn: random.Random) -> bytes:
    """The file with some bytes changed, removed, repeated, or moved; the end cut off at times."""
    found = bytearray(content)
    for _ in range(drawn.choice([1, 1, 2, 4, 16])):
        at, length = drawn.randrange(len(found) or 1), drawn.choice([1, 1, 4, 64])
        match drawn.randrange(7):
            case 0:
                found[at : at + length] = drawn.randbytes(length)
            case 1:
                del found[at : at + length]
            case 2:
                found[at:at] = found[at : at + length] * drawn.choice([1, 3, 1000])
            case 3:
                found[at : at + 1] = (
                    bytes([found[at] ^ (1 << drawn.randrange(8))]) if found else b""
                )
            case 4:
                found[at : at + length] = (
                    drawn.choice([b"\0", b"\xff", b"\n", b'"', b"\x7f"]) * length
                )
            case 5:
                to = drawn.randrange(len(found) or 1)
                found[to:to] = found[at : at + length]
            case _ if drawn.random() < 0.2:
                del found[at:]
    return bytes(found)


def evaluate(form: str, fields: dict[str, Any], content: bytes) -> set[str]:
    """Read and evaluate all rows. Returns the texts of all problems."""
    request = screening(manifest={"key": KEY, "format": form}, fields=fields)
    policy_sets = DEFAULT_ASSIGNMENT.resolve(library())
    evaluator = BlockEvaluator(RowEvaluator(request, NO_STATE, policy_sets, at=NOW))
    try:
        with spool_to_disk([content], request.manifest.format, LIMITS) as spool:
            for block in open_manifest(spool, request, LIMITS).blocks():
                rows = evaluator.read(block)
                evaluator.row_evaluator.people.add_states(dict.fromkeys(rows.people, NO_STATE))
                evaluator.evaluate(rows)
    except InvalidRequestError as problem:
        return {str(problem), *evaluator.invalid_rows}
    return set(evaluator.invalid_rows)


@pytest.mark.campaign
@pytest.mark.promise(4)
@pytest.mark.parametrize("parser", FILES)
def test_a_damaged_file_gives_only_our_errors(parser: str) -> None:
    form, fields, content = FILES[parser]
    drawn = random.Random(f"{parser} {examples(0, 1)}")  # noqa: S311 - the same files each time
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    problems = set[str]()
    for _ in range(examples(60, 600)):
        problems |= evaluate(form, fields, damaged(content, drawn))

    assert problems
    assert not [each for each in problems if CANARY in each or "canary" in each]
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown // 1024 < 400
