"""Fixtures for use cases: dependencies with a customer, acme, that granted. No person objects."""

import pytest

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
def named(client: FakeDynamoDB) -> FakeDependencies:
    """Dependencies with pseudonyms of the real key table."""
    made = FakeDependencies(client, seeded(client, ACME))
    made.grant()
    return made


@pytest.fixture
def propagation_driver(named: FakeDependencies) -> PropagationDriver:
    return PropagationDriver(ScreeningDriver(named))
