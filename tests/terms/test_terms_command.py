"""`consentry terms` and `consentry vocabulary`, as a newcomer types them."""

import json
import shutil
from pathlib import Path

import pytest

from consentry.kernel.vocabulary import Operation
from tests.terms.conftest import BUILT, GOOD
from tests.testkit.campaign import CAMPAIGN
from tests.testkit.command_line import run
from tests.testkit.meeting_words import LEAVES_UNDER, MEETINGS


def compiled_files(directory: Path) -> set[Path]:
    return {path.relative_to(directory) for path in directory.rglob("*.json")}


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")


def test_check_tries_a_users_policy_set(
    policy_set: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (policy_set / "cases.json").write_text('[{"ruling": "permit"}]')

    code, output, _ = run(capsys, "terms", "check", policy_set)

    assert code == 0
    assert "mine 2024-01-01: 1 rule," in output
    assert "mine: 1 case holds" in output


def test_check_names_the_case_that_does_not_hold(
    policy_set: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (policy_set / "cases.json").write_text(
        '[{"name": "no", "service": "same", "ruling": "forbid"}]'
    )

    code, _, output = run(capsys, "terms", "check", policy_set.parent)

    assert code == 1
    assert "case 1 (no)" in output
    assert "expects forbid; version 2024-01-01 has permit by mine.first (data " in output
    assert "service same" in output


@pytest.mark.campaign
@pytest.mark.skipif(not CAMPAIGN, reason="compiles everything again, which takes long")
def test_build_writes_what_make_terms_wrote(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, output, _ = run(capsys, "terms", "build", tmp_path)

    assert code == 0
    assert "meetings/1/announced@2023-07-27 sha256:" in output
    assert compiled_files(tmp_path) == compiled_files(BUILT)


def test_build_writes_nothing_for_an_invalid_policy_set(
    policy_set: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (policy_set / "2024-01-01.cedar").write_text(GOOD.replace("@clause", "@klause"))

    code, _, output = run(
        capsys, "terms", "build", policy_set.parent / "built", "--policy-sets", policy_set
    )

    assert code == 1
    assert "lacks @clause" in output
    assert not (policy_set.parent / "built").exists()


def test_show_prints_the_version_in_force_on_a_date(
    policy_set: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(policy_set / "2024-01-01.cedar", policy_set / "2025-01-01.cedar")
    shown = ("terms", "show", "mine", "--policy-sets", policy_set.parent)

    assert "version 2025-01-01" in run(capsys, *shown)[1]
    assert "version 2024-01-01" in run(capsys, *shown, "--at", "2024-06-30")[1]
    assert "no version was in force" in run(capsys, *shown, "--at", "2023-12-31")[2]


def test_show_prints_what_is_permitted_and_under_which_condition(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, output, _ = run(capsys, "terms", "show", "announced")

    assert code == 0
    for word in ("permitted, if", "the customer: granted", "else forbidden", "not_covered"):
        assert word in output
    assert "for the service that collected it" in output
    assert "interpretation: " in output
    assert "…" not in output


def test_show_says_where_guardrails_forbid_nothing(
    policy_set: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, output, _ = run(capsys, "terms", "show", "house")

    assert code == 0
    assert "not forbidden" in output
    assert "the people: not unidentified, refused, withdrawn, unreadable" in output
    assert "customer_content: audio, video, chat" in output


def test_show_of_an_unknown_policy_set_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, output = run(capsys, "terms", "show", "nowhere")

    assert code == 1
    assert "nowhere/policy_set.json" in output


def test_a_vocabulary_is_shown_with_every_word(capsys: pytest.CaptureFixture[str]) -> None:
    output = run(capsys, "vocabulary", "show")[1]

    for word in ("telemetry", "public_web", "fine_tune", "meeting_summary", "never_asked"):
        assert word in output
    assert "(pd:DeviceBased, user.telemetry)" in output


def test_a_vocabulary_as_json_has_the_counterparts_of_its_words(
    capsys: pytest.CaptureFixture[str],
) -> None:
    document = json.loads(run(capsys, "vocabulary", "show", "--json")[1])

    categories = {word["id"]: word for word in document["data_categories"]}
    assert set(categories) == set(LEAVES_UNDER)
    assert categories["customer_content.audio"]["fideslang"] == "user.biometric.voice"
    assert categories["customer_content.embedding"]["fideslang"] is None
    assert document["digest"] == MEETINGS.digest
    assert document["operations"] == list(Operation)


def test_vocabularies_are_checked_with_their_versions_and_digests(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, output, _ = run(capsys, "vocabulary", "check")

    assert code == 0
    line = f"meetings 1: 16 data categories, 5 services, 4 roles, {MEETINGS.digest}"
    assert line in output.splitlines()


def test_an_unknown_vocabulary_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, output = run(capsys, "vocabulary", "show", "nowhere")

    assert code == 1
    assert "nowhere/1.yaml" in output
