"""The emulator with the template of the probes, and with Consentry's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from consentry_cli.local_stack import start
from consentry_emulator.emulator import Emulator

PROBES = Path(__file__).with_name("probes.yaml")


@pytest.fixture(scope="module")
def consentry() -> Iterator[Emulator]:
    with start() as emulator:
        yield emulator


@pytest.fixture
def probes() -> Iterator[Emulator]:
    with Emulator.start(PROBES, stack="test") as emulator:
        yield emulator
