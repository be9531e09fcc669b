"""The tables in the fake DynamoDB and in moto. Every contract holds for both."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tests.testkit.builders.dependencies import FakeDependencies
from tests.testkit.fakes.dynamodb import FakeDynamoDB
from tests.testkit.fakes.dynamodb_tables import create_tables


@pytest.fixture
def fake() -> FakeDynamoDB:
    client = FakeDynamoDB()
    create_tables(client)
    return client


@pytest.fixture
def moto() -> Iterator[Any]:
    with mock_aws():
        client = boto3.client("dynamodb")
        create_tables(client)
        yield client


@pytest.fixture(params=["fake", "moto"])
def client(request: pytest.FixtureRequest) -> Any:
    return request.getfixturevalue(request.param)


@pytest.fixture
def deps(client: Any) -> FakeDependencies:
    return FakeDependencies(client)
