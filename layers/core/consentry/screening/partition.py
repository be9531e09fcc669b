"""Writes each row of a manifest, unchanged, to the file of its outcome."""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from tempfile import TemporaryFile

import pyarrow as pa
import pyarrow.compute as pc

from consentry.manifests.block import Block
from consentry.manifests.limits import DEFAULT_LIMITS, ScreeningLimits
from consentry.manifests.model import OutputFile, RowOutcome
from consentry.manifests.open_manifest import Manifest
from consentry.manifests.output_files import DiskBudget, HashingFile, RowFile
from consentry.screening.block_evaluation import BlockEvaluator
from consentry.screening.repository import ObjectRepository

REASONS_FILE = "reasons"

BLANK_LINE = "line: is blank"
"""The problem of a blank line in every format."""


@dataclass
class Partition:
    """The partitioned rows on disk, with `reasons.jsonl` (row numbers and rules, no pseudonym)."""

    files: dict[str, RowFile]
    extension: str
    evaluator: BlockEvaluator
    rows: int = 0

    @property
    def has_durations(self) -> bool:
        """Whether rows have seconds of speech."""
        return self.files[RowOutcome.ADMITTED].has_durations

    def add(self, block: Block, codes: pa.Int32Array) -> None:
        """Write the rows of a block to the files of their outcomes."""
        outcomes = {code: self.evaluator.explain(code)[0] for code in codes.unique().to_pylist()}
        masks = {}
        for row_outcome in RowOutcome:
            found = [code for code, outcome in outcomes.items() if outcome is row_outcome]
            mask = masks[row_outcome] = pc.is_in(codes, pa.array(found, pa.int32()))
            rows = block.rows if mask.true_count == len(mask) else block.rows.filter(mask)
            self.files[row_outcome].add(rows)
        if block.speech_duration:
            for row, code in enumerate(codes.to_pylist()):
                if speech_duration := block.speech_duration(row):
                    self.files[outcomes[code]].add_speech(speech_duration)
                    self.evaluator.nanoseconds[code] += speech_duration.nanoseconds
        self._add_reasons(codes, pc.invert(masks[RowOutcome.ADMITTED]))
        self.rows += len(codes)

    def close(self) -> None:
        """Write the footers of the files, after the last row."""
        for file in self.files.values():
            file.close()

    def outputs(self, folder: str) -> dict[str, OutputFile]:
        """The key below `folder`, digest and counts of each file.

        INVARIANT: the prefix of a file contains the SHA-256 of its content. So a key never has two
        contents, and two runs with different results (for example after a grant) write to
        different keys.
        """
        return {
            name: file.output(
                f"{folder}/files/{file.file.sha256.hexdigest()}/{name}."
                f"{'jsonl' if name == REASONS_FILE else self.extension}"
            )
            for name, file in self.files.items()
        }

    def write(self, outputs: Mapping[str, OutputFile], store: ObjectRepository) -> None:
        """Upload all files to the keys of `outputs`, except those that an earlier run uploaded."""
        for name, output in outputs.items():
            content = self.files[name].file.content
            content.seek(0)
            store.write_if_absent(output.key, content)

    def _add_reasons(self, codes: pa.Int32Array, not_admitted: pa.BooleanArray) -> None:
        """Write a line for each row that is not admitted: its number, from 1, and the reason.

        Blank lines that follow each other in a block get one line, `through` the last of them.
        """
        problems = self.evaluator.problems
        is_blank = pc.equal(codes, -1 - problems.get(BLANK_LINE, len(problems)))
        no = pa.array([False])
        after_blank = pa.concat_arrays([no, is_blank[:-1]])
        before_blank = pa.concat_arrays([is_blank[1:], no])
        not_admitted = pc.and_not(not_admitted, pc.and_(is_blank, after_blank))
        rows = pc.indices_nonzero(not_admitted)
        first = pc.indices_nonzero(pc.and_not(is_blank, after_blank))
        last = pc.indices_nonzero(pc.and_not(is_blank, before_blank))
        last = pc.coalesce(last.take(pc.index_in(rows, first)), rows)
        through = pc.binary_join_element_wise(
            ', "through": ', pc.add(last, self.rows + 1).cast(pa.string()), ""
        )
        through = pc.if_else(pc.greater(last, rows), through, "")
        numbers = pc.add(rows, self.rows + 1).cast(pa.string())
        encoded = codes.filter(not_admitted).dictionary_encode()
        reasons = map(self.evaluator.explain, encoded.dictionary.to_pylist())
        texts = pa.array(
            [", " + json.dumps({"outcome": o, **reason})[1:] + "\n" for o, reason in reasons],
            pa.string(),
        )
        lines = pc.binary_join_element_wise(
            '{"line": ', numbers, through, texts.take(encoded.indices), ""
        )
        self.files[REASONS_FILE].add(lines.cast(pa.binary()))


@contextmanager
def open_partition(
    manifest: Manifest,
    extension: str,
    evaluator: BlockEvaluator,
    limits: ScreeningLimits = DEFAULT_LIMITS,
) -> Iterator[Partition]:
    """Temporary files for the rows of a manifest. They are deleted at the end."""
    outputs = DiskBudget(limits.max_manifest, "has outputs that are too long: split it")
    reasons = DiskBudget(limits.max_manifest, "has too many rows that are not admitted: split it")
    with ExitStack() as stack:

        def file(budget: DiskBudget) -> HashingFile:
            return HashingFile(stack.enter_context(TemporaryFile()), budget)

        files = {str(row_outcome): manifest.file(file(outputs)) for row_outcome in RowOutcome}
        files[REASONS_FILE] = RowFile(file(reasons))
        partition = Partition(files, extension, evaluator)
        stack.callback(partition.close)  # before the files are closed, also after an error
        yield partition
