"""A manifest's rows sorted into admitted, refused and undetermined: each row byte for byte in one file."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from tempfile import TemporaryFile
from typing import IO

from consentry.domain.errors import MalformedError
from consentry.domain.judgement import Finding
from consentry.domain.manifest import NANOSECONDS, Placement, Speech
from consentry.domain.row_kinds import rules_of
from consentry.domain.screened import Output
from consentry.domain.screening import Screener
from consentry.flows.manifest_spool import Spool, head
from consentry.flows.screening_ports import ManifestStore

type Progress = Callable[[int, int], None]

REASONS = "reasons"
TOLD_EVERY = 1000
"""Rows between two words to `progress`."""


@dataclass
class _File:
    content: IO[bytes]
    knows_recordings: bool = False
    knows_seconds: bool = False
    sha256: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    rows: int = 0
    nanoseconds: int = 0
    recordings: set[bytes] = field(default_factory=set)

    def begin(self, header: bytes) -> None:
        """Write what stands at the top and counts as no row."""
        self.content.write(header)
        self.sha256.update(header)

    def add(self, line: bytes, speech: Speech | None = None) -> None:
        self.content.write(line)
        self.sha256.update(line)
        self.rows += 1
        if speech:
            self.nanoseconds += speech.nanoseconds
            self.recordings.add(speech.recording)

    def output(self, key: str) -> Output:
        """What the log says of the file."""
        return Output(
            key=key,
            sha256=self.sha256.hexdigest(),
            bytes=self.content.tell(),
            rows=self.rows,
            recordings=len(self.recordings) if self.knows_recordings else None,
            seconds=self.nanoseconds / NANOSECONDS if self.knows_seconds else None,
        )


@dataclass
class Sorted:
    """The sorted rows on disk, and why (`reasons.jsonl`: line numbers and rules, nobody's name)."""

    files: dict[str, _File]
    extension: str
    unread: Counter[str] = field(default_factory=Counter)

    def outputs(self, folder: str) -> dict[str, Output]:
        """What will lie where. The place names the content of all files.

        So two runs that sorted differently (a grant lay between them) never write over each other's files.
        """
        digests = [file.sha256.digest() for file in self.files.values()]
        run = hashlib.sha256(b"".join(digests)).hexdigest()[:16]
        return {
            name: file.output(f"{folder}/{run}/{name}.{self._extension(name)}")
            for name, file in self.files.items()
        }

    def write(self, outputs: dict[str, Output], store: ManifestStore) -> None:
        """Put all files where `outputs` says."""
        for name, output in outputs.items():
            content = self.files[name].content
            content.seek(0)
            store.write(output.key, content)

    def _extension(self, name: str) -> str:
        return "jsonl" if name == REASONS else self.extension


@contextmanager
def sort_rows(spool: Spool, screener: Screener, progress: Progress | None) -> Iterator[Sorted]:
    """Every row of the manifest where the screener places it; what cannot be read is undetermined."""
    with ExitStack() as stack:
        knows = spool.reader.knows_recordings, spool.reader.knows_seconds
        files = {str(p): _File(stack.enter_context(TemporaryFile()), *knows) for p in Placement}
        for file in files.values():
            file.begin(spool.header)
        files[REASONS] = _File(stack.enter_context(TemporaryFile()))
        result = Sorted(files, spool.seen.format)
        for number, line in enumerate(spool.rows(), start=1):
            speech = spool.reader.speech(head(line))
            placement, why = _place(line, speech, spool, screener, result.unread)
            files[placement].add(line, speech)
            if placement is not Placement.ADMITTED:
                said = {"line": number, "outcome": placement, **why}
                files[REASONS].add(json.dumps(said).encode() + b"\n")
            if progress and (number % TOLD_EVERY == 0 or number == spool.seen.rows):
                progress(number, spool.seen.rows)
        yield result


def _place(
    line: bytes, speech: Speech | None, spool: Spool, screener: Screener, unread: Counter[str]
) -> tuple[Placement, dict[str, object]]:
    try:
        heard = speech if spool.reader.knows_seconds else None
        placement, findings = screener.place(spool.reader.row(head(line)), heard)
    except MalformedError as problem:
        # The text of the error names our field and what is wrong with it; never the value.
        unread[str(problem)] += 1
        return Placement.UNDETERMINED, {"reason": str(problem)}
    return placement, {"rules": _denying(findings)}


def _denying(findings: tuple[Finding, ...]) -> list[str]:
    denying = (finding for finding in findings if finding.denies)
    return list(dict.fromkeys(rule for each in denying for rule in rules_of(each)))
