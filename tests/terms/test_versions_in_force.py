"""A version once in force is never edited: its digest is held here, and only ever added to."""

from pathlib import Path

from consentry.domain.terms import Library
from infra.terms.building import build_books
from infra.terms.sources import BOOKS
from tests.terms.conftest import BUILT

HELD = {
    "announced@2023-07-27": "sha256:1cf1cf4d2d23fb1728250b5957f1c3c308fbd76f479a45f07eaa676dca9855d9",
    "house@2020-01-01": "sha256:514d7064602e5b7bcfbd34eabeb5b7d59274460be3bc6d89b9b13ca1a75e1448",
}


def test_every_version_in_force_has_the_digest_it_came_into_force_with(library: Library) -> None:
    built = {
        f"{book.name}@{version.version}": version.digest
        for book in library.books.values()
        for version in book.versions
    }

    assert built == HELD


def test_building_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    digests = build_books(BOOKS, tmp_path)

    written = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    before = {path.name: path.read_bytes() for path in BUILT.glob("*.json")}
    assert digests == HELD
    assert written == before
