"""Fixtures for use cases: dependencies with a customer, acme, that granted. No person objects."""

import pytest

from consentry.manifests import lines_manifest
from consentry.manifests.formats import parquet
from consentry.screening_jobs import checkpoint_repository, screening_job
from tests.testkit.builders.dependencies import ACME, FakeDependencies
from tests.testkit.builders.issued_permits import PermitDriver
from tests.testkit.builders.permits import allowed
from tests.testkit.builders.propagations import PropagationDriver
from tests.testkit.builders.screenings import ScreeningDriver
from tests.testkit.fakes.dynamodb import FakeDynamoDB
from tests.testkit.fakes.dynamodb_tables import create_tables
from tests.testkit.fakes.pseudonym_repository import seeded


@pytest.fixture
def client() -> FakeDynamoDB:
    made = FakeDynamoDB()
    create_tables(made)
    return made


@pytest.fixture
def deps(client: FakeDynamoDB) -> FakeDependencies:
    made = FakeDependencies(client)
    made.grant()
    return made


@pytest.fixture
def issued(deps: FakeDependencies) -> PermitDriver:
    return PermitDriver(deps, *allowed(deps))


@pytest.fixture
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Treat a short manifest as a long one: two people a part, a few rows a block."""
    monkeypatch.setattr(checkpoint_repository, "PEOPLE_PER_PART", 2)
    monkeypatch.setattr(lines_manifest, "BLOCK_BYTES", 150)
    monkeypatch.setattr(parquet, "BATCH_ROWS", 3)
    monkeypatch.setattr(screening_job, "LONG_BYTES", 0)


@pytest.fixture
def named(client: FakeDynamoDB) -> FakeDependencies:
    """Dependencies with pseudonyms of the real key table."""
    made = FakeDependencies(client, seeded(client, ACME))
    made.grant()
    return made


@pytest.fixture
def propagation_driver(named: FakeDependencies) -> PropagationDriver:
    return PropagationDriver(ScreeningDriver(named))
