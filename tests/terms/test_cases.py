"""The cases of a policy set: each must hold on every row that it matches, or the build fails."""

import json
from dataclasses import replace

import pytest

from consentry.terms.truth_table import TruthTable
from consentry_terms.cases import try_cases
from consentry_terms.compiler import compile_table
from consentry_terms.errors import TermsCaseError
from consentry_terms.schema import read_schema
from consentry_terms.sources import POLICY_SETS, SCHEMA, PolicySetSource, read_source, read_sources
from tests.terms.conftest import GOOD, POLICY_SET


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> PolicySetSource:
    policy_set = tmp_path_factory.mktemp("policy_sets") / "mine"
    policy_set.mkdir()
    (policy_set / "policy_set.json").write_text(json.dumps(POLICY_SET))
    (policy_set / "2024-01-01.cedar").write_text(GOOD.replace("permit (", "forbid ("))
    (policy_set / "2025-01-01.cedar").write_text(GOOD)
    return read_source(policy_set)


@pytest.fixture(scope="module")
def tables(source: PolicySetSource) -> dict[str, TruthTable]:
    schema = read_schema(SCHEMA)
    compiled = [compile_table(source, version, schema) for version in source.versions]
    return {table.version: table for table in compiled}


@pytest.mark.parametrize(
    "case",
    [
        pytest.param({"ruling": "forbid"}, id="another ruling"),
        pytest.param({"ruling": "permit", "rule": "mine.second"}, id="another rule"),
        pytest.param({"ruling": "maybe"}, id="not a ruling"),
        pytest.param({"data": "voice", "ruling": "permit"}, id="a category that is none"),
        pytest.param({"data": [{}], "ruling": "permit"}, id="a category not a word"),
        pytest.param({"purpose": "x", "ruling": "permit"}, id="a word that is none"),
        pytest.param(
            {"at": "2023-12-31", "ruling": "permit"}, id="a date before the first version"
        ),
        pytest.param({"at": "soon", "ruling": "permit"}, id="a date that is none"),
        pytest.param({"data": [], "ruling": "forbid"}, id="no row at all"),
    ],
)
def test_a_case_that_does_not_hold_is_named(
    case: dict[str, object], source: PolicySetSource, tables: dict[str, TruthTable]
) -> None:
    cases = ({"ruling": "permit"}, case | {"name": "doubtful"})

    with pytest.raises(TermsCaseError) as refused:
        try_cases(replace(source, cases=cases), tables)

    assert refused.value.rule == "case 2 (doubtful)"
    assert refused.value.file.endswith("mine/cases.json")


def test_a_case_applies_to_the_version_in_force_on_its_date(
    source: PolicySetSource, tables: dict[str, TruthTable]
) -> None:
    dated = [("2024-12-31", "forbid"), ("2025-01-01", "permit"), ("2030-01-01", "permit")]
    cases = tuple({"at": at, "ruling": ruling} for at, ruling in dated)

    held = try_cases(replace(source, cases=(*cases, {"ruling": "permit"})), tables)

    assert held == 4


def test_every_deployed_policy_set_has_cases() -> None:
    assert all(len(source.cases) > 5 for source in read_sources(POLICY_SETS))
