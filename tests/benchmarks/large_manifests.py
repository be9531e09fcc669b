"""Large manifests: rows with one to eight of twenty thousand people. One person in twenty withdrew."""

import json
import random
import shutil
from collections.abc import Collection, Iterable, Iterator, Mapping
from io import BytesIO
from tempfile import TemporaryFile
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from consentry.consent.status import PartyState, build_rule, state_after
from consentry.manifests.model import ManifestFormat
from consentry.manifests.open_manifest import open_manifest
from consentry.manifests.screening_request import ScreeningRequest
from consentry.manifests.spool import spool_to_disk
from consentry.screening.block_evaluation import BlockEvaluator
from consentry.screening.partition import open_partition
from consentry.screening.row_evaluator import RowEvaluator
from consentry.screening_jobs.checkpoint import Checkpoint
from tests.benchmarks.decision_steps import granting
from tests.testkit.builders.dependencies import (
    ACME,
    DEFAULT_ASSIGNMENT,
    NOW,
    consent_event,
    library,
)
from tests.testkit.builders.screenings import CONSTANTS, KEY, screening
from tests.testkit.fakes.object_repository import InMemoryObjectRepository
from tests.testkit.fakes.pseudonym_repository import FixedPseudonymRepository

PEOPLE = 20_000
AT_ONCE = 10_000
WITHDRAWN = state_after(
    PartyState(), build_rule(consent_event("w", "withdrawal", person="p"), None, at=NOW)
)
GRANTED = granting("fine_tune", "meeting_summary")


def rows(count: int) -> Iterator[list[dict[str, Any]]]:
    """Yield rows in batches of some thousands."""
    drawn = random.Random(20230807)  # noqa: S311 - the same manifest each time
    for first in range(0, count, AT_ONCE):
        yield [
            {
                "audio_filepath": f"s3://recordings/{number:09}.wav",
                "duration": drawn.randrange(1, 3000) / 100,
                "people": [f"p{drawn.randrange(PEOPLE)}" for _ in range(drawn.randint(1, 8))],
                "data": drawn.choice(["customer_content.audio", "customer_content.chat"]),
                "at": f"2025-0{drawn.randint(1, 9)}-01T09:00:00Z",
                "text": "and then we agreed on what to do until the next week",
            }
            for number in range(first, min(first + AT_ONCE, count))
        ]


def json_lines(count: int) -> Iterator[bytes]:
    """The rows as JSON lines, in chunks of some thousands."""
    for batch in rows(count):
        yield "".join(json.dumps(row) + "\n" for row in batch).encode()


def parquet_file(count: int) -> bytes:
    """The rows as a Parquet file."""
    file = BytesIO()
    parquet.write_table(
        pa.concat_tables(pa.Table.from_pylist(batch) for batch in rows(count)), file
    )
    return file.getvalue()


def use_request(form: str) -> ScreeningRequest:
    """A screening request for a manifest of these rows."""
    fields = CONSTANTS | {
        "people": {"field": "people", "role": "speaker"},
        "data": {"field": "data"},
        "collected_at": {"field": "at"},
    }
    return screening(manifest={"key": KEY, "format": form}, fields=fields)


def states_of(people: Collection[str]) -> Mapping[str, PartyState]:
    """The states of the people. Every twentieth person withdrew."""
    return {each: WITHDRAWN if int(each[1:]) % 20 == 0 else PartyState() for each in people}


def screened(chunks: Iterable[bytes], form: ManifestFormat) -> dict[str, int]:
    """Screen a manifest on disk, write and digest its outputs, and count their rows.

    Consent states are cached in memory, as in a screening.
    """
    request, key = use_request(form), FixedPseudonymRepository().key_of(ACME)
    checkpoint = Checkpoint("parts", key, request.use, InMemoryObjectRepository(), NOW)
    policy_sets = DEFAULT_ASSIGNMENT.resolve(library())
    evaluator = BlockEvaluator(RowEvaluator(request, GRANTED, policy_sets, at=NOW))
    with spool_to_disk(chunks, form) as spool:
        manifest = open_manifest(spool, request)
        with open_partition(manifest, form, evaluator) as partition:
            for block in manifest.blocks():
                rows = evaluator.read(block)
                evaluator.row_evaluator.people.states.update(checkpoint.add(states_of(rows.people)))
                partition.add(block, evaluator.evaluate(rows))
            partition.close()
            return {name: file.rows for name, file in partition.files.items()}


def copied(chunks: Iterable[bytes]) -> None:
    """The minimum for any format: write the bytes to disk, read them and write them to another file."""
    with TemporaryFile() as original, TemporaryFile() as copy:
        original.writelines(chunks)
        original.seek(0)
        shutil.copyfileobj(original, copy, 1024 * 1024)


def rewritten(content: bytes) -> None:
    """The minimum for Parquet: write the file to disk, read it in batches and write it again."""
    with TemporaryFile() as original, TemporaryFile() as copy:
        original.write(content)
        file = parquet.ParquetFile(original, pre_buffer=False)
        with parquet.ParquetWriter(copy, file.schema_arrow) as writer:
            for batch in file.iter_batches(batch_size=128 * 1024, use_threads=False):
                writer.write_batch(batch)
