"""A version once in force is never edited: its digest is held here, and only ever added to."""

from hashlib import sha256
from pathlib import Path

from consentry.terms.truth_table import Library
from consentry_terms.build import build_policy_sets
from consentry_terms.sources import POLICY_SETS
from tests.terms.conftest import BUILT

HELD = {
    "announced@2023-07-27": "sha256:1cf1cf4d2d23fb1728250b5957f1c3c308fbd76f479a45f07eaa676dca9855d9",
    "house@2020-01-01": "sha256:514d7064602e5b7bcfbd34eabeb5b7d59274460be3bc6d89b9b13ca1a75e1448",
    "zoom-terms@2023-03-31": "sha256:7d01026c035e0499c7894a12dcf5e3b786ebfded0f5e6f0a7d21d1e947e47dc1",
    "zoom-terms@2023-07-27": "sha256:bcd988f4f4056f5473c6125746fdde72ee94793d6494ac3e17356191e5eaf59d",
    "zoom-terms@2023-08-07": "sha256:041c7be9ccbce01e92b8804eee75163779465af06c1f7285d9f3eaec238cc5ee",
    "zoom-terms@2023-08-11": "sha256:d5f1940dd799326b4ad984d79f2b36e59548b8922d2741ce49ff0236cdb4a636",
}

DECLARED = {
    "zoom-terms/2023-03-31.json": "0417e6cf362f8dfba4a160cc614ad8fc68acf2211e618de4b99144549287a82f",
    "zoom-terms/2023-07-27.json": "0417e6cf362f8dfba4a160cc614ad8fc68acf2211e618de4b99144549287a82f",
    "zoom-terms/2023-08-07.json": "99e39b9d028c5adef558c83398436be80d152b1bcb8b4478fda0ac26f8b347aa",
    "zoom-terms/2023-08-11.json": "98d4dbbb2144d203220e23a64f6e078afa385bf88d5f2d61c63b527c98659430",
}
"""What was declared beside a version: edited later, it would void consents that stand, or revive them."""


def test_every_version_in_force_has_the_digest_it_came_into_force_with(library: Library) -> None:
    built = {
        f"{policy_set.name}@{version.version}": version.digest
        for policy_set in library.policy_sets.values()
        for version in policy_set.versions
    }

    assert built == HELD


def test_every_declaration_is_the_one_that_came_into_force_with_its_version() -> None:
    paths = {
        f"{path.parent.name}/{path.name}": path for path in POLICY_SETS.glob("*/????-??-??.json")
    }

    digests = {name: sha256(path.read_bytes()).hexdigest() for name, path in paths.items()}

    assert digests == DECLARED


def test_building_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    digests = build_policy_sets(POLICY_SETS, tmp_path)

    written = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    before = {path.name: path.read_bytes() for path in BUILT.glob("*.json")}
    assert digests == HELD
    assert written == before
