"""A version of terms or of a vocabulary that was in force is never edited: its digest is listed here. Only add."""

from hashlib import sha256
from pathlib import Path

from consentry.terms.loader import read_library
from consentry_terms.build import build_policy_sets
from consentry_terms.sources import POLICY_SETS
from consentry_terms.vocabularies import read_vocabularies
from tests.terms.conftest import BUILT, VOCABULARIES

DIGESTS = {
    "meetings/1": {
        "announced@2023-07-27": "sha256:7bb05092ec55360720bf8c94ed1f6c5866d85e9de22f69bee61446b52a88384b",
        "house@2020-01-01": "sha256:948f3e8eb960867e82d47ba5e3876fc878dda55e0e320e949182e85f0d387c41",
        "zoom-terms@2023-03-31": "sha256:d711a4fb523bb25134aa6524a38731df566098b692c64695ba55f2981cf29238",
        "zoom-terms@2023-07-27": "sha256:d2f75931ca6682c78b885a120bf76edcb84fb80246b6f88e9309b115e0299d07",
        "zoom-terms@2023-08-07": "sha256:0270646404ce6521a318e58f9e3c03e118262928e48ec0776318b4ba9e6070e8",
        "zoom-terms@2023-08-11": "sha256:cc959007c7a6b658c33e1d7bfd601fd18d3b1ccd40fd172c43923c26b268cb3b",
    },
    "product-analytics/1": {
        "analytics-contract@2025-02-01": "sha256:063c28e9ab8a109770d67b81ed91461faa5415e912a433b9a8dc9541b81a7132",
        "analytics-eu@2025-02-01": "sha256:9e595b8cf78a83d88e92861fadb87f0da78dc6adc926d0d5a6801b513a0d99f1",
        "analytics-eu@2026-02-01": "sha256:3f244a40ce5b46074cfa1a78a76d5b2babdc308e54438dd055daa4b5dd25a05f",
        "analytics-house@2025-01-01": "sha256:04fded3ac06fa8680e7124ce83a73ee8b46f78a2fd8a12ff226a4da7b48235bd",
        "analytics-us@2025-02-01": "sha256:188af8b3e27863a0ce9215d50423be73be8a2efbe67533241209645a702585f9",
        "analytics-us@2026-02-01": "sha256:2c00b60e16e5a6d3527e4a91a80dbe51ea1e8bff58e59ba00d7a7285b25f4aa5",
    },
}
"""By the folder of the vocabulary's version, and by policy set and version."""

VOCABULARY_DIGESTS = {
    "meetings/1": "sha256:b0f8f73dd71439ce12d25d9ca8c57bcae1f0ecf12c52a8fdd6b8ca27a4c405cf",
    "product-analytics/1": "sha256:e554ca1b40ea270ed9597b9e3410589e503489fe726fb0450df97648af59af7e",
}

DECLARED = {
    "analytics-eu/2026-02-01.json": "a7c14ab217508d6e50938013aed0bc8e4025f3fac121e3e97bebe669ce56bda7",
    "analytics-us/2026-02-01.json": "de3a26f22f78b23f561b53e15b647a8974bc349dbb99d55be55bef500db9b3a3",
    "zoom-terms/2023-03-31.json": "0417e6cf362f8dfba4a160cc614ad8fc68acf2211e618de4b99144549287a82f",
    "zoom-terms/2023-07-27.json": "0417e6cf362f8dfba4a160cc614ad8fc68acf2211e618de4b99144549287a82f",
    "zoom-terms/2023-08-07.json": "99e39b9d028c5adef558c83398436be80d152b1bcb8b4478fda0ac26f8b347aa",
    "zoom-terms/2023-08-11.json": "98d4dbbb2144d203220e23a64f6e078afa385bf88d5f2d61c63b527c98659430",
}
"""The declarations of versions. A later edit would invalidate grants, or make invalidated ones valid again."""


def test_every_version_in_force_has_the_digest_it_came_into_force_with() -> None:
    built = {
        f"{vocabulary}/1": {
            f"{policy_set.name}@{version.version}": version.digest
            for policy_set in read_library(BUILT, vocabulary).policy_sets.values()
            for version in policy_set.versions
        }
        for vocabulary in VOCABULARIES
    }

    assert built == DIGESTS


def test_every_version_of_a_vocabulary_has_the_digest_it_was_deployed_with() -> None:
    built = {
        f"{words.name}/{words.version}": words.digest
        for versions in read_vocabularies().values()
        for words in (version.words for version in versions)
    }

    assert built == VOCABULARY_DIGESTS


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
    assert digests == {
        f"{folder}/{version}": digest
        for folder, versions in DIGESTS.items()
        for version, digest in versions.items()
    }
    assert written == before
