"""Partitions the rows of a manifest into admitted, rejected and undetermined, each row unchanged in one file."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from tempfile import TemporaryFile

import pyarrow as pa
import pyarrow.compute as pc

from consentry.manifests.block import Block
from consentry.manifests.model import RowOutcome
from consentry.manifests.open_manifest import ManifestRows
from consentry.manifests.output_files import HashingFile, LineWriter, RowFile
from consentry.manifests.screening_request import ScreeningRequest
from consentry.manifests.spool import Spool
from consentry.manifests.summary import ManifestSummary, OutputFile
from consentry.screening.block_evaluation import BlockEvaluator
from consentry.screening.progress import Progress
from consentry.screening.repository import ObjectRepository
from consentry.screening.row_evaluator import RowEvaluator

REASONS_FILE = "reasons"


@dataclass
class Partition:
    """The partitioned rows on disk, with `reasons.jsonl` (row numbers and rules, no pseudonym)."""

    files: dict[str, RowFile]
    extension: str
    verdicts: BlockEvaluator
    rows: int = 0

    def add(self, block: Block, manifest: ManifestRows) -> None:
        """Write the rows of a block to the files of their outcomes."""
        verdicts = self.verdicts.on(block)
        places = {row_outcome: self._there(verdicts, row_outcome) for row_outcome in RowOutcome}
        for row_outcome, there in places.items():
            rows = block.rows if there.true_count == len(there) else block.rows.filter(there)
            self.files[row_outcome].add(rows)
        if manifest.has_recordings:
            self._add_speech(block, verdicts, manifest)
        self._add_reasons(verdicts, pc.invert(places[RowOutcome.ADMITTED]))
        self.rows += len(verdicts)

    def summary(self, spool: Spool, request: ScreeningRequest) -> ManifestSummary:
        """The manifest as it was read; of people, those are counted who were named in rows that could be."""
        people = len(self.verdicts.row_evaluator.people.states)
        form = request.manifest.format
        return ManifestSummary(form, spool.sha256, spool.bytes, self.rows, people, request.combine)

    def outputs(self, folder: str) -> dict[str, OutputFile]:
        """The key, digest and counts of each file. The keys contain a digest of all files.

        So two runs with different results (for example after a grant) never overwrite each other's files.
        """
        digests = [file.file.sha256.digest() for file in self.files.values()]
        run = hashlib.sha256(b"".join(digests)).hexdigest()[:16]
        return {
            name: file.output(f"{folder}/{run}/{name}.{self._extension(name)}")
            for name, file in self.files.items()
        }

    def write(self, outputs: Mapping[str, OutputFile], store: ObjectRepository) -> None:
        """Upload all files to the keys of `outputs`."""
        for name, output in outputs.items():
            content = self.files[name].file.content
            content.seek(0)
            store.write(output.key, content)

    def _extension(self, name: str) -> str:
        return "jsonl" if name == REASONS_FILE else self.extension

    def _there(self, verdicts: pa.Int32Array, row_outcome: RowOutcome) -> pa.BooleanArray:
        each = verdicts.unique().to_pylist()
        going = [one for one in each if self.verdicts.means(one)[0] is row_outcome]
        return pc.is_in(verdicts, pa.array(going, pa.int32()))

    def _add_speech(self, block: Block, verdicts: pa.Int32Array, manifest: ManifestRows) -> None:
        files = {v: self.files[self.verdicts.means(v)[0]] for v in verdicts.unique().to_pylist()}
        for row, verdict in zip(block.rows, verdicts.to_pylist(), strict=True):
            if speech_duration := manifest.speech_duration(row):
                files[verdict].add_speech(speech_duration)
                self.verdicts.add_speech(verdict, speech_duration)

    def _add_reasons(self, verdicts: pa.Int32Array, away: pa.BooleanArray) -> None:
        """A line for each row that was not admitted: its number, from 1, and the rules or what was wrong."""
        numbers = pc.add(pc.indices_nonzero(away), self.rows + 1).cast(pa.string())
        each = verdicts.filter(away).dictionary_encode()
        why = pa.array([self._why(one) for one in each.dictionary.to_pylist()], pa.string())
        lines = pc.binary_join_element_wise('{"line": ', numbers, why.take(each.indices), "")
        self.files[REASONS_FILE].add(lines.cast(pa.binary()))

    def _why(self, verdict: int) -> str:
        row_outcome, why = self.verdicts.means(verdict)
        return ", " + json.dumps({"outcome": row_outcome, **why})[1:] + "\n"


@contextmanager
def partition_rows(
    manifest: ManifestRows, extension: str, row_evaluator: RowEvaluator, progress: Progress | None
) -> Iterator[Partition]:
    """Every row of the manifest where the screener places it; what cannot be read is undetermined."""
    with ExitStack() as stack:

        def file() -> HashingFile:
            return HashingFile(stack.enter_context(TemporaryFile()))

        files = {str(row_outcome): manifest.file(file()) for row_outcome in RowOutcome}
        reasons = file()
        files[REASONS_FILE] = RowFile(reasons, LineWriter(reasons))
        for each in files.values():
            stack.callback(each.writer.close)  # before the files themselves, whatever happens
        result = Partition(files, extension, BlockEvaluator(row_evaluator))
        for block in manifest.blocks():
            result.add(block, manifest)
            if progress:
                progress(*manifest.progress)
        for each in files.values():
            each.writer.close()
        yield result
