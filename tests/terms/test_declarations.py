"""Declarations about a version: read as written; an invalid one stops the build."""

import json
from pathlib import Path
from typing import Any

import pytest

from consentry.kernel.vocabulary import Operation
from consentry_terms.build import build_policy_sets, check_policy_sets
from consentry_terms.declarations import MaterialUse
from consentry_terms.errors import TermsSourceError
from consentry_terms.sources import read_source
from tests.testkit.command_line import run
from tests.testkit.meeting_words import Service

DIGEST = "sha256:" + "0" * 64
GIVEN: dict[str, Any] = {
    "material_for": [
        {"operation": "fine_tune"},
        {"operation": "infer", "service": "meeting_summary"},
    ],
    "clauses": {"1": [DIGEST]},
}


def declare(policy_set: Path, output: object) -> None:
    (policy_set / "2024-01-01.json").write_text(json.dumps(output))


def test_a_declaration_is_read_with_its_version(policy_set: Path) -> None:
    declare(policy_set, GIVEN)

    (version,) = read_source(policy_set).versions

    assert version.declared.clauses == {"1": (DIGEST,)}
    assert version.declared.material_for == (
        MaterialUse(operation=Operation.FINE_TUNE),
        MaterialUse(operation=Operation.INFER, service=Service.MEETING_SUMMARY),
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"clauses": {}, "clauses": {"1": []}}', "names the same field twice in one object"),
        (
            '{"clauses": {}, "material_for": [{"operation": "infer"}], "material_for": []}',
            "names the same field twice in one object",
        ),
        (
            '{"clauses": {}, "material_for": [{"operation": "infer"}], "\\u006daterial_for": []}',
            "names the same field twice in one object",
        ),
        ('{"clauses": NaN}', "holds NaN or Infinity"),
        ('{\n"clauses": {]}', "is not one well-formed JSON document: line 2, column 13"),
    ],
    ids=["a name twice", "material_for twice", "material_for escaped", "NaN", "syntax"],
)
def test_a_declaration_must_be_strict_json(policy_set: Path, text: str, problem: str) -> None:
    (policy_set / "2024-01-01.json").write_text(text)

    with pytest.raises(TermsSourceError, match=problem):
        read_source(policy_set)


def test_without_a_declaration_file_nothing_is_declared(policy_set: Path) -> None:
    (version,) = read_source(policy_set).versions

    assert version.declared.material_for == ()
    assert version.declared.clauses == {}


def test_a_declaration_is_in_the_index_and_changes_no_table(
    policy_set: Path, tmp_path: Path
) -> None:
    undeclared = build_policy_sets(policy_set, tmp_path / "undeclared")
    declare(policy_set, GIVEN)

    declared = build_policy_sets(policy_set, tmp_path / "declared")

    built = tmp_path / "declared" / "meetings" / "1" / "policy_sets.json"
    assert (
        json.loads(built.read_text())["policy_sets"]["mine"]["versions"][0]["material_for"]
        == GIVEN["material_for"]
    )
    assert declared == undeclared


INVALID = {
    "a list": [],
    "nothing": {},
    "an unknown field": GIVEN | {"note": "x"},
    "no list of uses": GIVEN | {"material_for": "fine_tune"},
    "an operation misspelt": GIVEN | {"material_for": [{"operation": "finetune"}]},
    "a service misspelt": GIVEN
    | {"material_for": [{"operation": "infer", "service": "summaries"}]},
    "a use without an operation": GIVEN | {"material_for": [{"service": "general"}]},
    "a use with an unknown field": GIVEN
    | {"material_for": [{"operation": "infer", "data": "public_web"}]},
    "a use that is a word": GIVEN | {"material_for": ["infer"]},
    "a use twice": GIVEN | {"material_for": [{"operation": "infer"}] * 2},
    "clauses in a list": GIVEN | {"clauses": [DIGEST]},
    "a clause without a digest": GIVEN | {"clauses": {"1": []}},
    "a digest cut short": GIVEN | {"clauses": {"1": [DIGEST[:-1]]}},
    "a digest that is a number": GIVEN | {"clauses": {"1": [0]}},
}


@pytest.mark.parametrize("what", INVALID)
def test_an_invalid_declaration_stops_the_build(what: str, policy_set: Path) -> None:
    declare(policy_set, INVALID[what])

    with pytest.raises(TermsSourceError) as raised:
        check_policy_sets(policy_set)

    assert raised.value.file.endswith("2024-01-01.json")


def test_a_declaration_for_no_version_stops_the_build(policy_set: Path) -> None:
    (policy_set / "2024-01-02.json").write_text(json.dumps(GIVEN))

    with pytest.raises(TermsSourceError, match="a version that is not here"):
        check_policy_sets(policy_set)


def test_a_rule_whose_clause_has_no_digest_stops_the_build(policy_set: Path) -> None:
    declare(policy_set, GIVEN | {"clauses": {"2": [DIGEST]}})

    with pytest.raises(TermsSourceError, match="no digest") as raised:
        check_policy_sets(policy_set)

    assert raised.value.rule == "mine.first"


def test_show_prints_the_declaration(policy_set: Path, capsys: pytest.CaptureFixture[str]) -> None:
    declare(policy_set, GIVEN)

    output = run(capsys, "terms", "show", "mine", "--policy-sets", policy_set.parent)[1]

    assert "material change declared for: fine_tune, infer/meeting_summary" in output
    assert DIGEST in output
