"""A version that was in force is never edited: its digest is listed here. Only add to the list."""

from hashlib import sha256
from pathlib import Path

from consentry.terms.policy_set import Library
from consentry_terms.build import build_policy_sets
from consentry_terms.sources import POLICY_SETS
from tests.terms.conftest import BUILT

DIGESTS = {
    "announced@2023-07-27": "sha256:5de013f27e5c9e1e09664b2e7f88cb7dc234dee25a2c9319ee9f570d85a2c28f",
    "house@2020-01-01": "sha256:a2fc1456e446f0ab1aa1d55a41f1aa9f0e6c6dd136d10f168209c269120b9137",
    "zoom-terms@2023-03-31": "sha256:7bbb1e8ee8f82eb94adf8a5798894407c9a3ca86f1bad40ab589de6e173d249f",
    "zoom-terms@2023-07-27": "sha256:3ffac135698eb656b79cfbf22f1cdfff1b4d04d614c2871f7b6e7516358a44dd",
    "zoom-terms@2023-08-07": "sha256:df20d8e2c882c1e2f36166d1f8bc00b59369cfe05530755899529de29b94e5c7",
    "zoom-terms@2023-08-11": "sha256:43cdfaae36e7b658e73ecd7fbc95f50e5a021cb1d660444981c8a8c0d22635f9",
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

    written, before = (
        {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*.json")}
        for folder in (tmp_path, BUILT)
    )
    assert digests == {f"meetings/1/{version}": digest for version, digest in DIGESTS.items()}
    assert written == before
