"""Screens a manifest in a process of its own under a memory limit, and measures its memory."""

import json
import resource
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from consentry.kernel.errors import ConsentryError, NotFoundError
from consentry.screening.repository import MediaType
from tests.testkit.builders.dependencies import FakeDependencies
from tests.testkit.builders.screenings import KEY, ScreeningDriver, screening
from tests.testkit.fakes.dynamodb import FakeDynamoDB
from tests.testkit.fakes.dynamodb_tables import create_tables
from tests.testkit.fakes.object_repository import InMemoryObjectRepository
from tests.testkit.fakes.pseudonym_repository import FixedPseudonymRepository

MIB = 1024 * 1024
FUNCTION = 1769
"""The memory of the function in template.yaml, in MiB."""


@dataclass(frozen=True)
class Measured:
    """The outcome of a screening, or its error; its peak memory, and the bytes that it wrote."""

    outcome: str
    peak_mib: int
    written: int


class FileRepository(InMemoryObjectRepository):
    """A manifest on disk. What is written is counted and dropped."""

    def __init__(self, manifest: Path) -> None:
        super().__init__()
        self.manifest, self.written = manifest, 0

    def read(self, key: str) -> Iterable[bytes]:
        if key != KEY:
            raise NotFoundError("manifest")
        return self._chunks()

    def _chunks(self) -> Iterator[bytes]:
        with self.manifest.open("rb") as file:
            while chunk := file.read(MIB):
                yield chunk

    def write(
        self, key: str, content: IO[bytes], media_type: MediaType = MediaType.BYTES
    ) -> str | None:
        while chunk := content.read(MIB):
            self.written += len(chunk)
        return None

    write_if_absent = write_temporary = write  # type: ignore[assignment]


class NobodyKnown(FixedPseudonymRepository):
    """Nobody has a consent event."""

    def find_pseudonyms(self, customer: str, people: Iterable[str]) -> Mapping[str, str]:
        return {}


def measure(manifest: Path, request: Mapping[str, Any]) -> Measured:
    """Screen the manifest in another process."""
    run = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "tests.testkit.measured_screening", manifest, json.dumps(request)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    return Measured(*json.loads(run.stdout))


def _screen(manifest: Path, request: Mapping[str, Any]) -> Measured:
    resource.setrlimit(resource.RLIMIT_DATA, (FUNCTION * MIB, FUNCTION * MIB))
    client = FakeDynamoDB()
    create_tables(client)
    store = FileRepository(manifest)
    acme = ScreeningDriver(FakeDependencies(client, pseudonyms=NobodyKnown()), store)
    acme.deps.grant()
    try:
        outcome = str(acme.screen(screening(**request)).outcome)
    except ConsentryError as error:
        outcome = str(error)
    # Not of getrusage: that includes the process that started this one.
    status = Path("/proc/self/status").read_text()
    peak = int(status.partition("VmHWM:")[2].split()[0]) // 1024
    return Measured(outcome, peak, store.written)


if __name__ == "__main__":
    measured = _screen(Path(sys.argv[1]), json.loads(sys.argv[2]))
    print(json.dumps([measured.outcome, measured.peak_mib, measured.written]))
