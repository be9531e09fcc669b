"""The tables that `make terms` built, read as a function would; and a small policy set to break."""

import json
from pathlib import Path

import pytest

from consentry.terms.loader import read_library
from consentry.terms.truth_table import Library, TruthTable

BUILT = Path(__file__).parents[2] / ".build" / "terms"

POLICY_SET = {"kind": "terms", "counted_roles": "all", "people_required_for": []}
SAID = '@clause("1") @explanation("Something.")'
GOOD = f'@id("mine.first") {SAID} permit (principal, action, resource);'


@pytest.fixture(scope="session")
def library() -> Library:
    return read_library(BUILT)


@pytest.fixture(scope="session")
def announced(library: Library) -> TruthTable:
    return library.policy_sets["announced"].versions[-1]


@pytest.fixture(scope="session")
def house(library: Library) -> TruthTable:
    return library.policy_sets["house"].versions[-1]


@pytest.fixture
def policy_set(tmp_path: Path) -> Path:
    path = tmp_path / "mine"
    path.mkdir()
    (path / "policy_set.json").write_text(json.dumps(POLICY_SET))
    (path / "2024-01-01.cedar").write_text(GOOD)
    return path
