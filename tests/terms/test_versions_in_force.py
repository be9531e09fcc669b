"""A version once in force is never edited: its digest is held here, and only ever added to."""

from hashlib import sha256
from pathlib import Path

from consentry.terms.truth_table import Library
from consentry_terms.build import build_policy_sets
from consentry_terms.sources import POLICY_SETS
from tests.terms.conftest import BUILT

HELD = {
    "announced@2023-07-27": "sha256:f64203fee1f5371e9b3840b87902854d3359b3876199d9ea5f299a9709d84f24",
    "house@2020-01-01": "sha256:74ca6156719145ea6c3096f6997d225d8522553ec0f1d0e17acba39c95b5d289",
    "zoom-terms@2023-03-31": "sha256:97b8a19bc58e81cd77475d0420c560801500343cc9df11ca2c47499d0114837b",
    "zoom-terms@2023-07-27": "sha256:3a229f3985f14fbaa073e618cd19e48feed5ca422feb661a80166fd0780c27c5",
    "zoom-terms@2023-08-07": "sha256:3db5d6ca17ef25bd522618210ca7359b5bae758753538fb31017f11b8f020e40",
    "zoom-terms@2023-08-11": "sha256:942eeb65410736ff6a3c4ef9eecb267e6e6fb23ed72184fef43545dc732320c4",
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
