"""A manifest's rows sorted into admitted, refused and undetermined: each row as it came, in one file."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from tempfile import TemporaryFile

import pyarrow as pa
import pyarrow.compute as pc

from consentry.domain.columns.verdicts import Block, Verdicts
from consentry.domain.manifests.manifest import Placement
from consentry.domain.manifests.screening_request import ScreeningRequest
from consentry.domain.screening.screened import ManifestSeen, Output
from consentry.domain.screening.screener import Screener
from consentry.flows.screening.manifest_rows import ManifestRows
from consentry.flows.screening.manifest_spool import Spool
from consentry.flows.screening.row_files import Hashed, LineWriter, RowFile
from consentry.flows.screening.screening_ports import ManifestStore
from consentry.flows.screening.screening_progress import Progress

REASONS = "reasons"


@dataclass
class Sorted:
    """The sorted rows on disk, and why (`reasons.jsonl`: row numbers and rules, nobody's name)."""

    files: dict[str, RowFile]
    extension: str
    verdicts: Verdicts
    rows: int = 0

    def add(self, block: Block, manifest: ManifestRows) -> None:
        """Put the rows of a block where their verdicts say."""
        verdicts = self.verdicts.on(block)
        places = {placement: self._there(verdicts, placement) for placement in Placement}
        for placement, there in places.items():
            rows = block.rows if there.true_count == len(there) else block.rows.filter(there)
            self.files[placement].add(rows)
        if manifest.knows_recordings:
            self._hear(block, verdicts, manifest)
        self._say_why(verdicts, pc.invert(places[Placement.ADMITTED]))
        self.rows += len(verdicts)

    def seen(self, spool: Spool, request: ScreeningRequest) -> ManifestSeen:
        """The manifest as it was read; of people, those are counted who were named in rows that could be."""
        people = len(self.verdicts.screener.people.met)
        form = request.manifest.format
        return ManifestSeen(form, spool.sha256, spool.bytes, self.rows, people, request.combine)

    def outputs(self, folder: str) -> dict[str, Output]:
        """What will lie where. The place names the content of all files.

        So two runs that sorted differently (a grant lay between them) never write over each other's files.
        """
        digests = [file.file.sha256.digest() for file in self.files.values()]
        run = hashlib.sha256(b"".join(digests)).hexdigest()[:16]
        return {
            name: file.output(f"{folder}/{run}/{name}.{self._extension(name)}")
            for name, file in self.files.items()
        }

    def write(self, outputs: Mapping[str, Output], store: ManifestStore) -> None:
        """Put all files where `outputs` says."""
        for name, output in outputs.items():
            content = self.files[name].file.content
            content.seek(0)
            store.write(output.key, content)

    def _extension(self, name: str) -> str:
        return "jsonl" if name == REASONS else self.extension

    def _there(self, verdicts: pa.Int32Array, placement: Placement) -> pa.BooleanArray:
        each = verdicts.unique().to_pylist()
        going = [one for one in each if self.verdicts.means(one)[0] is placement]
        return pc.is_in(verdicts, pa.array(going, pa.int32()))

    def _hear(self, block: Block, verdicts: pa.Int32Array, manifest: ManifestRows) -> None:
        files = {v: self.files[self.verdicts.means(v)[0]] for v in verdicts.unique().to_pylist()}
        for row, verdict in zip(block.rows, verdicts.to_pylist(), strict=True):
            if speech := manifest.speech(row):
                files[verdict].hear(speech)
                self.verdicts.heard(verdict, speech)

    def _say_why(self, verdicts: pa.Int32Array, away: pa.BooleanArray) -> None:
        """A line for each row that was not admitted: its number, from 1, and the rules or what was wrong."""
        numbers = pc.add(pc.indices_nonzero(away), self.rows + 1).cast(pa.string())
        each = verdicts.filter(away).dictionary_encode()
        why = pa.array([self._why(one) for one in each.dictionary.to_pylist()], pa.string())
        lines = pc.binary_join_element_wise('{"line": ', numbers, why.take(each.indices), "")
        self.files[REASONS].add(lines.cast(pa.binary()))

    def _why(self, verdict: int) -> str:
        placement, why = self.verdicts.means(verdict)
        return ", " + json.dumps({"outcome": placement, **why})[1:] + "\n"


@contextmanager
def sort_rows(
    manifest: ManifestRows, extension: str, screener: Screener, progress: Progress | None
) -> Iterator[Sorted]:
    """Every row of the manifest where the screener places it; what cannot be read is undetermined."""
    with ExitStack() as stack:

        def file() -> Hashed:
            return Hashed(stack.enter_context(TemporaryFile()))

        files = {str(placement): manifest.file(file()) for placement in Placement}
        reasons = file()
        files[REASONS] = RowFile(reasons, LineWriter(reasons))
        for each in files.values():
            stack.callback(each.writer.close)  # before the files themselves, whatever happens
        result = Sorted(files, extension, Verdicts(screener))
        for block in manifest.blocks():
            result.add(block, manifest)
            if progress:
                progress(*manifest.done)
        for each in files.values():
            each.writer.close()
        yield result
