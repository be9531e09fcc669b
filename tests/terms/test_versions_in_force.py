"""A version of terms or of a vocabulary that was in force is never edited: its digest is listed here. Only add."""

from hashlib import sha256
from pathlib import Path

from consentry.terms.loader import read_library
from consentry_terms.build import build_policy_sets
from consentry_terms.sources import POLICY_SETS
from consentry_terms.vocabularies import read_vocabularies
from tests.terms.conftest import BUILT

DIGESTS = {
    "meetings/1": {
        "announced@2023-07-27": "sha256:9fcda2dad97eb1d656a29b5916ff283c05320670b5c718f5786dac15c628ebfc",
        "house@2020-01-01": "sha256:b843cb425a29013422b1f6eb041ef67c04d2fe81f67740fefc8efb30616ad9f5",
        "house@2026-01-01": "sha256:d17b06729ab4e0f91310ffeb7df9368ccc21460c997e64ba89a38c7213fa8544",
        "zoom-terms@2023-03-31": "sha256:520b4fc4954495c9d0fbafd3e7ab902d27a09ae91781590d25e4992968e62b5e",
        "zoom-terms@2023-07-27": "sha256:6f1dfefa3bf93656c496eab9dad54671a2eefca92527e44725ae147002cc3b13",
        "zoom-terms@2023-08-07": "sha256:5b866b0a65137aee58ee3ab647f747b64cc8075d6202db3cc04f0efc437eba23",
        "zoom-terms@2023-08-11": "sha256:c25bf79659a588f72077387584ec7e4c82977708842131d49eb59ff3c0bb257b",
    },
    "product-analytics/1": {
        "analytics-contract@2025-02-01": "sha256:4abeaa4855589d64ffd7422fbc31ddcfd89c0461d26d77be53c1e93a2ad60a6f",
        "analytics-eu@2025-02-01": "sha256:3761d54b5b17099baf4fbc77c81764a78998b096d574efbf5661127883c181ee",
        "analytics-eu@2026-02-01": "sha256:4e6570aacb31c46dcbdfe0218a33011aeb7564ff31104b679da1bd6573519ef1",
        "analytics-house@2025-01-01": "sha256:03763c260f70100df5077ee709712519beb587c929bf19ce767990d703ad5ad2",
        "analytics-house@2026-01-01": "sha256:f5d716310c809edaf42f23f60f00434022e23418dde7104c6bb475bfaa760e70",
        "analytics-us@2025-02-01": "sha256:8f641965d770589708e780e3d2e6eda29de8fc4fbe187f54537c564a594718b7",
        "analytics-us@2026-02-01": "sha256:973c661c20fc318cab3c3ce3b3e2b52a857374edff4b95a9e802ee495062f7a4",
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
        f"{words.name}/{words.version}": {
            f"{policy_set.name}@{version.version}": version.digest
            for policy_set in read_library(BUILT, words.name, words.digest).policy_sets.values()
            for version in policy_set.versions
        }
        for versions in read_vocabularies().values()
        for words in (each.words for each in versions)
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
