"""The tables that `make terms` built, read as a function would; and a small policy set to break."""

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from consentry.terms.loader import read_library
from consentry.terms.policy_set import Library
from consentry.terms.truth_table import TruthTable
from consentry_terms import build, compiler
from consentry_terms.sources import PolicySetSource, PolicySetVersion

BUILT = Path(__file__).parents[2] / ".build" / "terms"

VOCABULARIES = ("meetings", "product-analytics")
POLICY_SET = {
    "kind": "terms",
    "vocabulary": "meetings",
    "counted_roles": "all",
    "people_required_for": [],
}
SAID = '@clause("1") @explanation("Something.")'
GOOD = f'@id("mine.first") {SAID} permit (principal, action, resource);'


@pytest.fixture(scope="session", autouse=True)
def _compile_each_version_once() -> Iterator[None]:
    """Compile a version once per process. It takes a second, and `make terms` compiled it before."""
    compile_version, compiled = compiler.compile_version, dict[tuple[str, ...], dict[str, Any]]()

    def compile_once(
        policy_set: PolicySetSource, version: PolicySetVersion, schema: Any
    ) -> dict[str, Any]:
        source = (version.in_force_from, version.text, repr(version.declared))
        key = (policy_set.name, policy_set.kind, policy_set.vocabulary.digest, *source)
        if key not in compiled:
            compiled[key] = compile_version(policy_set, version, schema)
        return deepcopy(compiled[key])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compiler, "compile_version", compile_once)
        patch.setattr(build, "compile_version", compile_once)
        yield


@pytest.fixture(scope="session")
def library() -> Library:
    return read_library(BUILT, "meetings")


@pytest.fixture(scope="session", params=VOCABULARIES)
def any_library(request: pytest.FixtureRequest) -> Library:
    """The policy sets of each vocabulary. What holds for one must hold for the other."""
    return read_library(BUILT, request.param)


@pytest.fixture(scope="session")
def announced(library: Library) -> TruthTable:
    return library.policy_sets["announced"].versions[-1]


@pytest.fixture(scope="session")
def house(library: Library) -> TruthTable:
    return library.policy_sets["house"].versions[-1]


@pytest.fixture
def policy_set(tmp_path: Path) -> Path:
    path = tmp_path / "mine"
    path.mkdir()
    (path / "policy_set.json").write_text(json.dumps(POLICY_SET))
    (path / "2024-01-01.cedar").write_text(GOOD)
    return path
