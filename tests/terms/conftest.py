"""The tables that `make terms` built, read as a function would; and a small book to spoil."""

import json
from pathlib import Path

import pytest

from consentry.aws.terms_directory import read_library
from consentry.domain.terms.tables import Library, TermsTable

BUILT = Path(__file__).parents[2] / ".build" / "terms"

BOOK = {"kind": "terms", "counts": "all", "people_named_for": []}
SAID = '@clause("1") @says("Something.")'
GOOD = f'@id("mine.first") {SAID} permit (principal, action, resource);'


@pytest.fixture(scope="session")
def library() -> Library:
    return read_library(BUILT)


@pytest.fixture(scope="session")
def announced(library: Library) -> TermsTable:
    return library.books["announced"].versions[-1]


@pytest.fixture(scope="session")
def house(library: Library) -> TermsTable:
    return library.books["house"].versions[-1]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "mine"
    path.mkdir()
    (path / "book.json").write_text(json.dumps(BOOK))
    (path / "2024-01-01.cedar").write_text(GOOD)
    return path
