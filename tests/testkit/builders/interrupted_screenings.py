"""Screenings that crash on the way. The limits are small: two people a part, a few rows a block."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from io import BytesIO

import pyarrow as pa
import pytest
from pyarrow import parquet

from consentry.manifests.limits import ScreeningLimits
from consentry.manifests.screening_request import ScreeningRequest
from consentry.pseudonyms.repository import PseudonymRepository
from consentry.screening.screening_decision import ScreeningDecision
from tests.testkit.builders.dependencies import NOW, SECOND, FakeDependencies, consent_event
from tests.testkit.builders.screenings import (
    AUDIO,
    COLLECTED_AT,
    KEY,
    ScreeningDriver,
    row,
    rttm_screening,
    screening,
    segment_line,
)
from tests.testkit.fakes.dynamodb import FakeDynamoDB
from tests.testkit.fakes.dynamodb_errors import Crash
from tests.testkit.fakes.dynamodb_tables import create_tables
from tests.testkit.fakes.hooked_pseudonym_repository import HookedPseudonymRepository
from tests.testkit.fakes.pseudonym_repository import FixedPseudonymRepository

SMALL_LIMITS = ScreeningLimits(
    people_per_part=2, block=150, block_rows=3, decoded_rows=3, long_manifest=0
)
PEOPLE = tuple(f"canary-{number}" for number in range(8))
LINES = b"".join(row(*PEOPLE[at : at + 2]) for at in range(7)) + b"?\n" + row(PEOPLE[3])
SPEECH = b"".join(segment_line(f"m{at // 3}", p, f"{at}.0", "1.5") for at, p in enumerate(PEOPLE))


def _parquet() -> bytes:
    people = [[each] for each in PEOPLE]
    table = pa.table({"people": people, "data": [AUDIO] * 8, "at": [COLLECTED_AT] * 8})
    file = BytesIO()
    parquet.write_table(table, file)
    return file.getvalue()


SCREENINGS: Mapping[str, tuple[ScreeningRequest, bytes]] = {
    "jsonl": (screening(), LINES),
    "parquet": (screening(manifest={"key": KEY, "format": "parquet"}), _parquet()),
    "rttm, read twice": (rttm_screening(combine="segments"), SPEECH),
}


@dataclass
class RecordingPseudonymRepository(HookedPseudonymRepository):
    """A pseudonym repository that records the people that are looked up."""

    real: PseudonymRepository = field(default_factory=FixedPseudonymRepository)
    looked_up: list[str] = field(default_factory=list)

    def find_pseudonyms(self, customer: str, people: Iterable[str]) -> Mapping[str, str]:
        """Record the people and look them up."""
        ids = tuple(people)
        self.looked_up += ids
        return super().find_pseudonyms(customer, ids)


def acme_with_manifest(
    content: bytes = LINES, limits: ScreeningLimits = SMALL_LIMITS
) -> ScreeningDriver:
    """A customer that granted, a manifest, and one person in it who withdrew."""
    client = FakeDynamoDB()
    create_tables(client)
    screened = ScreeningDriver(FakeDependencies(client), limits=limits)
    screened.deps.grant()
    withdraws(screened, PEOPLE[2])
    screened.put([content])
    return screened


def withdraws(acme: ScreeningDriver, person: str) -> None:
    """Let one more person withdraw, which increments an epoch."""
    acme.deps.record(consent_event(f"w-{person}", "withdrawal", person=person), at=NOW - SECOND)


def crash_at_write(write: int) -> Callable[[str], None]:
    """Dependencies that crash before the n-th write, counted from 0."""
    remaining = [write]

    def crash(_: str) -> None:
        remaining[0] -= 1
        if remaining[0] == -1:
            raise Crash

    return crash


def crash_at_outputs(key: str) -> None:
    """Dependencies that crash when all rows are evaluated and no output is written."""
    if "/parts/" not in key:
        raise Crash


def crash_during_screening(
    acme: ScreeningDriver, at: Callable[[str], None] = crash_at_outputs
) -> None:
    """Run a screening that crashes. The stored data stays."""
    acme.store.before_write = at
    with pytest.raises(Crash):
        acme.screen()
    acme.store.before_write = lambda _: None


def parts(acme: ScreeningDriver) -> list[str]:
    """The keys of the checkpoint parts."""
    return [key for key in acme.store.objects if "/parts/" in key and not key.endswith("json")]


def files(acme: ScreeningDriver, decision: ScreeningDecision) -> dict[str, bytes]:
    """The content of the outputs, by name."""
    return {name: acme.output(decision, name) for name in decision.outputs}


def without_timestamps(decision: ScreeningDecision) -> ScreeningDecision:
    """The report without what depends on the time of the run."""
    return replace(decision, at=NOW, evaluated_at=NOW, expires_at=None)
