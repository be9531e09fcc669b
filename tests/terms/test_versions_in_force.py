"""A version that was in force is never edited: its digest is listed here. Only add to the list."""

from hashlib import sha256
from pathlib import Path

from consentry.terms.policy_set import Library
from consentry_terms.build import build_policy_sets
from consentry_terms.sources import POLICY_SETS
from tests.terms.conftest import BUILT

DIGESTS = {
    "announced@2023-07-27": "sha256:835b5fa520c86b3bdc0bbbe9e5cfa221a32ff4ae8b685992b2b6ed5f94630f5f",
    "house@2020-01-01": "sha256:a67f5aee5dd6d561a1fa64b7be74f201064f59275058316704a5777f8a4aa353",
    "zoom-terms@2023-03-31": "sha256:dd99024c694adfecb522ada4368cb001c3970afea84924fa0c06ab7f356cf2db",
    "zoom-terms@2023-07-27": "sha256:2679ea6d134afaa1e564281084e169aedb8508ead90ddf55edbd0fb098c40ac1",
    "zoom-terms@2023-08-07": "sha256:a36085133c964fca84ee78544ddb92a4472aef1cfc0f44ebb0d3e47d34803ff1",
    "zoom-terms@2023-08-11": "sha256:9cbbc089b75e11a71942b51f209f92f9413cc171ed884ab00c172c634efa7006",
}

DECLARED = {
    "zoom-terms/2023-03-31.json": "0417e6cf362f8dfba4a160cc614ad8fc68acf2211e618de4b99144549287a82f",
    "zoom-terms/2023-07-27.json": "0417e6cf362f8dfba4a160cc614ad8fc68acf2211e618de4b99144549287a82f",
    "zoom-terms/2023-08-07.json": "99e39b9d028c5adef558c83398436be80d152b1bcb8b4478fda0ac26f8b347aa",
    "zoom-terms/2023-08-11.json": "98d4dbbb2144d203220e23a64f6e078afa385bf88d5f2d61c63b527c98659430",
}
"""The declarations of versions. A later edit would invalidate grants, or make invalidated ones valid again."""


def test_every_version_in_force_has_the_digest_it_came_into_force_with(library: Library) -> None:
    built = {
        f"{policy_set.name}@{version.version}": version.digest
        for policy_set in library.policy_sets.values()
        for version in policy_set.versions
    }

    assert built == DIGESTS


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
    assert digests == DIGESTS
    assert written == before
