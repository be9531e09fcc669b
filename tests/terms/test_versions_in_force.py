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
        "announced@2023-07-27": "sha256:5de013f27e5c9e1e09664b2e7f88cb7dc234dee25a2c9319ee9f570d85a2c28f",
        "house@2020-01-01": "sha256:a2fc1456e446f0ab1aa1d55a41f1aa9f0e6c6dd136d10f168209c269120b9137",
        "zoom-terms@2023-03-31": "sha256:7bbb1e8ee8f82eb94adf8a5798894407c9a3ca86f1bad40ab589de6e173d249f",
        "zoom-terms@2023-07-27": "sha256:3ffac135698eb656b79cfbf22f1cdfff1b4d04d614c2871f7b6e7516358a44dd",
        "zoom-terms@2023-08-07": "sha256:df20d8e2c882c1e2f36166d1f8bc00b59369cfe05530755899529de29b94e5c7",
        "zoom-terms@2023-08-11": "sha256:43cdfaae36e7b658e73ecd7fbc95f50e5a021cb1d660444981c8a8c0d22635f9",
    },
    "product-analytics/1": {
        "analytics-contract@2025-02-01": "sha256:8aaff5e0d7449e0c534264add86e6f1ad06c7beca796aa987ab66868c49e74ad",
        "analytics-eu@2025-02-01": "sha256:1dd49022f220cd58400d8c81a40d46ec5d79348f21013b26c85b5401aa3c3ad0",
        "analytics-eu@2026-02-01": "sha256:47a649aeb077f64439b43674dc7036e107f97147c8e2f83d59eefca2b13c2337",
        "analytics-house@2025-01-01": "sha256:ef9e1212ad78a57b3302b23788099aef8b9686d506a9ebe4a4311499ed4776c3",
        "analytics-us@2025-02-01": "sha256:64fd602221edd8643beaf056e70d4a8af16f12c34076e7edd1f0dae4e0d0eed2",
        "analytics-us@2026-02-01": "sha256:81315191a554d2a9f1c170b563f56d834bf7565ad2b29d23e6788fdc7be810be",
    },
}
"""By the folder of the vocabulary's version, and by policy set and version."""

VOCABULARY_DIGESTS = {
    "meetings/1": "sha256:088ec10d4b063ed33bd19bf5932a5e0ee91a939664de2fc84ed81e768c6b8b1c",
    "product-analytics/1": "sha256:2ff38f439fce81fbc51934d5171f45cd01779f63e8b2ca88fec952870a223168",
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
