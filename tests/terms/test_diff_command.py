"""`consentry terms diff`, as somebody types it who has to agree to new terms."""

import json
import shutil
from itertools import pairwise
from pathlib import Path

import pytest

from consentry_cli.exit_codes import DENIED
from tests.terms.conftest import GOOD
from tests.testkit.command_line import run

GOLDEN = (Path(__file__).parent / "cases" / "zoom-terms-differences.md").read_text()
DAYS = ("2023-03-30", "2023-03-31", "2023-07-27", "2023-08-07", "2023-08-11")
FORMS = [(), ("--markdown",), ("--json",)]


@pytest.fixture(autouse=True)
def _wide_output(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "160")


def test_diff_describes_the_four_changes_of_2023(capsys: pytest.CaptureFixture[str]) -> None:
    parts = []
    for before, after in pairwise(DAYS):
        words = ("--policy-set", "zoom-terms", before, after, "--markdown")
        code, output, _ = run(capsys, "terms", "diff", *words)
        parts.append(f"{output}\nExit code: {code}.\n")

    assert "\n".join(parts) == GOLDEN


@pytest.mark.parametrize("form", FORMS, ids=lambda form: "".join(form) or "table")
def test_diff_exits_with_3_if_more_is_allowed_for_training_else_with_0(
    form: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = "zoom-terms@2023-08-07", "zoom-terms@2023-08-11"

    tightened = run(capsys, "terms", "diff", old, new, *form)[0]
    loosened = run(capsys, "terms", "diff", new, old, *form)[0]

    assert (tightened, loosened) == (0, DENIED)


def test_the_diff_table_marks_what_is_newly_allowed_for_training(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, output, _ = run(capsys, "terms", "diff", "zoom-terms@2024-01-01", "announced@2024-01-01")

    marked = [line for line in output.splitlines() if line.startswith("│ +")]
    assert code == DENIED
    assert "zoom-terms@2023-08-11 -> announced@2023-07-27" in output
    assert [line.split("│")[3].strip() for line in marked] == [
        "service_generated",
        "customer_content",
    ]
    assert "newly allowed for training: something." in output


def test_diff_json_has_vocabulary_words_and_a_sentence_per_change(
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = ("--policy-set", "zoom-terms", "2023-07-31", "2023-08-08", "--json")

    output = json.loads(run(capsys, "terms", "diff", *words)[1])

    assert [output[side]["version"] for side in ("before", "after")] == ["2023-07-27", "2023-08-07"]
    assert output["newly_allowed_for_training"] is False
    assert output["rules"] == {
        "added": ["zoom-terms.recordings-need-consent"],
        "dropped": [],
        "reworded": [],
    }
    (change,) = output["changes"]
    assert change["operations"] == ["fine_tune", "pretrain"]
    assert change["data"] == [f"customer_content.{leaf}" for leaf in ("audio", "video", "chat")]
    assert change["before"]["ruling"] == "permit"
    assert change["after"]["otherwise"] == ["forbid"]
    assert change["text"].endswith("models: allowed -> needs the customer's consent")


def test_diff_lists_material_changes_of_the_versions_in_between(
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = ("--policy-set", "zoom-terms", "2023-03-31", "2024-01-01", "--json")

    output = json.loads(run(capsys, "terms", "diff", *words)[1])

    assert output["material_for"] == [
        {"version": "2023-08-11", "operation": "fine_tune"},
        {"version": "2023-08-11", "operation": "pretrain"},
    ]


def test_diff_lists_no_material_change_of_earlier_versions(
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = ("--policy-set", "zoom-terms", "2024-01-01", "2026-08-06")

    code, output, _ = run(capsys, "terms", "diff", *words)

    assert code == 0
    assert "No answer changes." in output
    assert "Material change declared for: no use." in output


def test_policy_sets_in_a_users_folder_are_compared(
    policy_set: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(policy_set / "2024-01-01.cedar", policy_set / "2025-01-01.cedar")
    (policy_set / "2024-01-01.cedar").write_text(GOOD.replace("permit (", "forbid ("))

    words = ("mine@2024-01-01", "mine@2025-01-01", "--policy-sets", policy_set.parent, "--markdown")
    code, output, _ = run(capsys, "terms", "diff", *words)

    assert code == DENIED
    assert "every operation on all data for all models: forbidden -> allowed" in output
    assert "Rules reworded: mine.first." in output


REFUSED = {
    "guardrails and terms": ("house@2024-01-01", "zoom-terms@2024-01-01"),
    "two vocabularies": ("announced@2024-01-01", "analytics-eu@2025-02-01"),
    "no date": ("house@soon", "house@2024-01-01"),
    "no policy set": ("2023-01-01", "2024-01-01"),
    "the policy set twice": ("house@2023-01-01", "2024-01-01", "--policy-set", "house"),
    "an unknown policy set": ("nowhere@2023-01-01", "house@2024-01-01"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_versions_that_cannot_be_compared_are_an_error(
    what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, output, error = run(capsys, "terms", "diff", *REFUSED[what])

    assert (code, output) == (1, "")
    assert error.startswith("error: ")
