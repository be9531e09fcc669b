"""A cloud of probes, and the house's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.cloud import LocalCloud

PROBES = Path(__file__).with_name("probes.yaml")


HOUSE = Path(__file__).parents[2] / "template.yaml"


@pytest.fixture(scope="module")
def house() -> Iterator[LocalCloud]:
    with LocalCloud.raise_from(HOUSE) as cloud:
        yield cloud


@pytest.fixture
def probes() -> Iterator[LocalCloud]:
    with LocalCloud.raise_from(PROBES) as cloud:
        yield cloud
