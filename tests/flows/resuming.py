"""Screenings of many people that die on the way, told in small: two people a part, some rows a block."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from io import BytesIO

import pyarrow as pa
import pytest
from pyarrow import parquet

from consentry.manifests.screening_request import ScreeningRequest
from consentry.pseudonyms.repository import PseudonymRepository
from consentry.screening.screening_decision import ScreeningDecision
from tests.fakes.dynamodb import FakeDynamoDB
from tests.fakes.errors import Crash
from tests.fakes.names import FixedKeys
from tests.fakes.screenings import AUDIO, KEY, THEN, Screened, row, rttm_screening, said, screening
from tests.fakes.tables import create_tables
from tests.fakes.watched import Watched
from tests.fakes.worlds import NOW, SECOND, World, consent_event

PEOPLE = tuple(f"canary-{number}" for number in range(8))
LINES = b"".join(row(*PEOPLE[at : at + 2]) for at in range(7)) + b"?\n" + row(PEOPLE[3])
SPEECH = b"".join(said(f"m{at // 3}", p, f"{at}.0", "1.5") for at, p in enumerate(PEOPLE))


def _parquet() -> bytes:
    people = [[each] for each in PEOPLE]
    table = pa.table({"people": people, "data": [AUDIO] * 8, "at": [THEN] * 8})
    file = BytesIO()
    parquet.write_table(table, file)
    return file.getvalue()


SCREENINGS: Mapping[str, tuple[ScreeningRequest, bytes]] = {
    "jsonl": (screening(), LINES),
    "parquet": (screening(manifest={"key": KEY, "format": "parquet"}), _parquet()),
    "rttm, read twice": (rttm_screening(combine="segments"), SPEECH),
}


@dataclass
class Looking(Watched):
    """A key ring that notes whom it was asked for: everybody is looked up by their name first."""

    real: PseudonymRepository = field(default_factory=FixedKeys)
    looked_up: list[str] = field(default_factory=list)

    def find_pseudonyms(self, customer: str, people: Iterable[str]) -> Mapping[str, str]:
        """As the ring has it; noted."""
        asked = tuple(people)
        self.looked_up += asked
        return super().find_pseudonyms(customer, asked)


def acme_of(content: bytes = LINES) -> Screened:
    """A customer who consented, one of whose people withdrew, with a manifest."""
    client = FakeDynamoDB()
    create_tables(client)
    screened = Screened(World(client))
    screened.deps.grant()
    withdraws(screened, PEOPLE[2])
    screened.put([content])
    return screened


def withdraws(acme: Screened, person: str) -> None:
    """One more person withdraws, which moves an epoch."""
    acme.deps.record(consent_event(f"w-{person}", "withdrawal", person=person), at=NOW - SECOND)


def crashing_at(write: int) -> Callable[[str], None]:
    """A world that ends before the write of this number, from 0."""
    left = [write]

    def crash(_: str) -> None:
        left[0] -= 1
        if left[0] == -1:
            raise Crash

    return crash


def crashing_at_the_outputs(key: str) -> None:
    """A world that ends when all is sorted and nothing of it written."""
    if "/parts/" not in key:
        raise Crash


def dies(acme: Screened, at: Callable[[str], None] = crashing_at_the_outputs) -> None:
    """One run that ends so; the world goes on."""
    acme.store.before_write = at
    with pytest.raises(Crash):
        acme.screen()
    acme.store.before_write = lambda _: None


def parts(acme: Screened) -> list[str]:
    """Where the parts lie."""
    return [key for key in acme.store.objects if "/parts/" in key and not key.endswith("json")]


def files(acme: Screened, decision: ScreeningDecision) -> dict[str, bytes]:
    """The outputs by name."""
    return {name: acme.output(decision, name) for name in decision.outputs}


def timeless(decision: ScreeningDecision) -> ScreeningDecision:
    """All that two runs at different times have alike."""
    return replace(decision, at=NOW, evaluated_at=NOW, expires_at=None)
