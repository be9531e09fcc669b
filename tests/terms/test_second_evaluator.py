"""Every row of every version, evaluated again by a naive reader of the Cedar text."""

import json
from pathlib import Path

import pytest

from consentry.terms.loader import read_library
from consentry.terms.truth_table import TruthTableRow
from tests.terms.conftest import BUILT, VOCABULARIES
from tests.testkit.oracles.naive_cedar import CedarRequest, answer, read_policies

TERMS = Path(__file__).parents[2] / "layers" / "terms"
VERSIONS = sorted((TERMS / "policy_sets").glob("*/*.cedar"))


@pytest.mark.parametrize("path", VERSIONS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_row_agrees_with_a_naive_evaluator_of_the_cedar_text(path: Path) -> None:
    policies = read_policies(path)
    about = json.loads((path.parent / "policy_set.json").read_text())
    policy_set = read_library(BUILT, about["vocabulary"]).policy_sets[path.parent.name]
    (table,) = [version for version in policy_set.versions if version.version == path.stem]

    disagreeing = [
        (row, entry)
        for row, entry in table.rows()
        if answer(policies, _cedar_request(row)) != (entry.ruling, set(entry.rules))
    ]

    assert disagreeing == []


def test_every_built_version_has_its_cedar_text() -> None:
    libraries = [read_library(BUILT, vocabulary) for vocabulary in VOCABULARIES]
    built = {
        (policy_set.name, each.version)
        for library in libraries
        for policy_set in library.policy_sets.values()
        for each in policy_set.versions
    }

    assert built == {(path.parent.name, path.stem) for path in VERSIONS}


def _cedar_request(row: TruthTableRow) -> CedarRequest:
    return {
        "principal": ("ModelOwner", str(row.model_owner)),
        "action": ("Action", str(row.operation)),
        "resource": ("DataCategory", str(row.category)),
        "context": {
            "same_service": row.same_service,
            "customer": ("ConsentStatus", str(row.customer)),
            "people": ("ConsentStatus", str(row.people)),
        },
    }
