"""An invalid policy set does not build, and the error names the file."""

import json
from pathlib import Path

import pytest

from consentry.terms.truth_table import TruthTableRow
from consentry_terms.build import check_policy_sets
from consentry_terms.errors import TermsSourceError
from consentry_terms.schema import read_schema
from consentry_terms.sources import SCHEMA
from tests.terms.conftest import GOOD, POLICY_SET


def test_guardrails_cannot_permit(policy_set: Path) -> None:
    (policy_set / "policy_set.json").write_text(json.dumps(POLICY_SET | {"kind": "guardrails"}))

    with pytest.raises(TermsSourceError, match="can only forbid"):
        check_policy_sets(policy_set)


@pytest.mark.parametrize(
    "about",
    [
        pytest.param("{", id="not JSON"),
        pytest.param("{}", id="nothing stated"),
        pytest.param(json.dumps(POLICY_SET | {"kind": "advice"}), id="a kind that is none"),
        pytest.param(
            json.dumps(POLICY_SET | {"counted_roles": "someone"}), id="a count that is none"
        ),
        pytest.param(
            json.dumps(POLICY_SET | {"people_required_for": ["x"]}), id="a category that is none"
        ),
        pytest.param(
            json.dumps(POLICY_SET | {"people_required_for": [[]]}), id="a category not a word"
        ),
        pytest.param(json.dumps(POLICY_SET | {"since": 1}), id="an unknown field"),
        pytest.param(
            json.dumps(POLICY_SET)[:-1] + ', "people_required_for": []}', id="a field twice"
        ),
    ],
)
def test_an_invalid_policy_set_file_stops_the_build(about: str, policy_set: Path) -> None:
    (policy_set / "policy_set.json").write_text(about)

    with pytest.raises(TermsSourceError, match=r"policy_set\.json"):
        check_policy_sets(policy_set)


@pytest.mark.parametrize("name", ["tomorrow.cedar", "2024-1-1.cedar", "2024-02-30.cedar"])
def test_a_version_without_a_date_stops_the_build(name: str, policy_set: Path) -> None:
    (policy_set / name).write_text(GOOD)

    with pytest.raises(TermsSourceError, match="named by the date"):
        check_policy_sets(policy_set)


@pytest.mark.parametrize("name", ["2099-01-01.CEDAR", "2024-01-01.Json", "Cases.JSON"])
def test_a_file_that_would_be_skipped_for_its_spelling_stops_the_build(
    name: str, policy_set: Path
) -> None:
    (policy_set / name).write_text("{}")

    with pytest.raises(TermsSourceError, match="in small letters"):
        check_policy_sets(policy_set)


def test_cases_that_name_a_field_twice_stop_the_build(policy_set: Path) -> None:
    (policy_set / "cases.json").write_text('[{"ruling": "forbid", "ruling": "permit"}]')

    with pytest.raises(TermsSourceError, match="twice"):
        check_policy_sets(policy_set)


def test_a_directory_without_a_policy_set_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(TermsSourceError, match=r"no policy_set\.json"):
        check_policy_sets(tmp_path)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param('"withdrawn", ', "", id="a status left out"),
        pytest.param('"customer", ', '"client", ', id="an owner renamed"),
        pytest.param(' in [Action::"train"] applies', " applies", id="a group forgotten"),
        pytest.param("people: ConsentStatus }", "people: Bool }", id="a type changed"),
        pytest.param("entity ConsentStatus enum", "entity ConsentStatus", id="not Cedar"),
    ],
)
def test_a_schema_that_differs_from_the_vocabulary_is_an_error(
    before: str, after: str, tmp_path: Path
) -> None:
    text = SCHEMA.read_text()
    assert before in text
    (tmp_path / "schema").write_text(text.replace(before, after))

    with pytest.raises(TermsSourceError):
        read_schema(tmp_path / "schema")


def test_the_schema_context_has_the_axes_of_a_truth_table() -> None:
    schema = SCHEMA.read_text()

    assert all(f"{axis}: " in schema for axis in TruthTableRow._fields[-2:])
