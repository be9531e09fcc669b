"""Acme, which granted; nobody in its meetings objects."""

import pytest

from consentry.manifests import lines_manifest
from consentry.manifests.formats import parquet
from consentry.screening_jobs import checkpoint_repository, screening_job
from tests.fakes.dynamodb import FakeDynamoDB
from tests.fakes.names import seeded
from tests.fakes.permits import allowed
from tests.fakes.screenings import Screened
from tests.fakes.tables import create_tables
from tests.fakes.worlds import ACME, World
from tests.flows.permits import Issued
from tests.flows.reaching import Reaching


@pytest.fixture
def client() -> FakeDynamoDB:
    made = FakeDynamoDB()
    create_tables(made)
    return made


@pytest.fixture
def deps(client: FakeDynamoDB) -> World:
    made = World(client)
    made.grant()
    return made


@pytest.fixture
def issued(deps: World) -> Issued:
    return Issued(deps, *allowed(deps))


@pytest.fixture
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A manifest of some lines is a long one: two people a part, some rows a block."""
    monkeypatch.setattr(checkpoint_repository, "PEOPLE_PER_PART", 2)
    monkeypatch.setattr(lines_manifest, "BLOCK_BYTES", 150)
    monkeypatch.setattr(parquet, "BATCH_ROWS", 3)
    monkeypatch.setattr(screening_job, "LONG_BYTES", 0)


@pytest.fixture
def named(client: FakeDynamoDB) -> World:
    """The same, whose people get their names from the real key table."""
    made = World(client, seeded(client, ACME))
    made.grant()
    return made


@pytest.fixture
def reaching(named: World) -> Reaching:
    return Reaching(Screened(named))
