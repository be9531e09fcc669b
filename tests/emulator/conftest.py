"""A cloud of probes, and the house's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from consentry_emulator.emulator import Emulator

PROBES = Path(__file__).with_name("probes.yaml")


TEMPLATE = Path(__file__).parents[2] / "template.yaml"


@pytest.fixture(scope="module")
def consentry() -> Iterator[Emulator]:
    with Emulator.start(TEMPLATE) as cloud:
        yield cloud


@pytest.fixture
def probes() -> Iterator[Emulator]:
    with Emulator.start(PROBES) as cloud:
        yield cloud
