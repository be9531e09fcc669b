"""`consentry demo`: every event of events/ is sent, every answer is the story's; otherwise it fails."""

import re
from pathlib import Path

import pytest

from tests.cli.demo_process import ROOT, THREE_DATES, UNDER_NEXT_TERMS, DemoRun, play, section
from tests.testkit.html_pages import page_heading


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "out" / "page.html"


@pytest.fixture(scope="module")
def demo_run(kept: Path) -> DemoRun:
    return play("--page", kept)


def test_everything_is_answered_as_the_story_expects(demo_run: DemoRun) -> None:
    assert demo_run.stderr == ""
    assert demo_run.returncode == 0
    assert "OTHERWISE" not in demo_run.stdout


def test_an_answer_names_its_rule_its_clause_and_what_it_needs(demo_run: DemoRun) -> None:
    before = section(demo_run, "Asked before anybody consented")

    assert "DENY   announced.content-needs-consent (announcement: customer content)" in before
    assert "needs the customer's consent to fine_tune for meeting_summary" in before
    assert "house.no-third-party-training (house 1)" in before
    assert "422    invalid_request" in before
    assert "403    forbidden_customer" in before


def test_every_door_answers(demo_run: DemoRun) -> None:
    doors = section(demo_run, "The same law behind every other door")

    for door in ("bus", "queue", "task", "machine"):
        assert re.search(rf"^  {door} .*\n +ALLOW  announced.content-improves", doors, re.M)
    assert "execution SUCCEEDED; training jobs started: 1" in doors


def test_a_grant_turns_a_denial_into_an_allow_and_a_withdrawal_turns_it_back(
    demo_run: DemoRun,
) -> None:
    granted = section(demo_run, "A grant turns the denial into an allow")
    withdrawn = section(demo_run, "A withdrawal turns it back")

    asked = "fine_tune for meeting_summary on acme's audio, first_party model, 3 people"
    assert re.search(rf"{asked}\n +ALLOW", granted)
    assert re.search(rf"{asked}\n +DENY   house.no-training-on-refusal \(house 2\)", withdrawn)
    assert withdrawn.count("revision 2") == 3
    assert "execution FAILED Consentry.Denied; training jobs started: 0" in withdrawn


def test_a_grant_beyond_its_form_is_refused_and_a_verified_signature_is_kept(
    demo_run: DemoRun,
) -> None:
    stood = section(demo_run, "What an act stands on")

    assert "422    uncovered_by_form: uses the form does not cover all of them" in stood
    assert re.search(r"ana.ruiz@acme.example: grant .*\n +stored version 1; .*granted", stood)
    assert re.findall(r"(\w+) +P-256 key", stood) == ["stored", "ended"]


def test_a_material_change_outdates_a_consent_and_its_renewal_is_told(demo_run: DemoRun) -> None:
    changed = section(demo_run, "A material change")

    assert re.findall(r"^ +status +(\w+)$", changed, re.M) == ["granted", "invalidated"]
    assert "sent   1 ConsentRenewalDue event; the customer and 2 people were looked at" in changed
    assert "ConsentRenewalDue: ask initech again for fine_tune/meeting_summary" in changed


def test_poison_ends_in_the_dead_letters(demo_run: DemoRun) -> None:
    poison = section(demo_run, "What no door can answer")

    assert "dead   messages in RequestDeadLetters: 1" in poison
    assert "dead   messages in EventDeadLetters: 1" in poison


def test_denials_are_told_apart_from_the_rows_that_screenings_refused(demo_run: DemoRun) -> None:
    uses = section(demo_run, "What acme sees: GET /customers/acme/uses")

    assert "A screening counts under both" in uses
    assert "lists 7 denials" in uses
    assert sum(map(int, re.findall(r"DENY +(\d+) x", uses))) == 7 + 4


def test_manifests_are_screened_once_though_their_event_comes_twice(demo_run: DemoRun) -> None:
    screened = section(demo_run, "Manifests screened")

    assert "admitted     2 rows: 1 announced.content-improves" in screened
    assert "rejected     1 row: 1 house.no-training-on-refusal" in screened
    assert "undetermined 2 rows: 1 " in screened
    assert "in all       5 rows; 2 events (delivered twice), one decision" in screened
    assert "dead   ForbiddenCustomerError: 2 events (delivered twice) in" in screened


def test_a_withdrawal_is_seen_on_its_way_and_where_it_landed(demo_run: DemoRun) -> None:
    reached = section(demo_run, "A withdrawal reaches what was built")

    assert re.search(r"^ +is +clean: .*\n(.*\n)+ +is +tainted: ", reached, re.M)
    assert re.search(r"^ +landed not yet: .*\n(.*\n)+ +landed everywhere, ", reached, re.M)
    assert "stated, not done: remove_adapter (summariser-7)" in reached
    assert reached.count("409    revoked_permit") == 2


def test_the_page_of_the_last_screening_is_kept_and_each_says_where_it_lies(
    demo_run: DemoRun, kept: Path
) -> None:
    screened = section(demo_run, "Manifests screened")

    assert len(re.findall(r"^ +page +acme/screenings/\w+/report\.html$", screened, re.M)) == 4
    assert page_heading(kept.read_text("utf-8")) == "Allowed"


def test_the_golden_request_gets_its_three_answers_by_the_date_on_the_clock(
    demo_run: DemoRun,
) -> None:
    golden, earlier = section(demo_run, "Terms by date").split("New terms do not reach back")

    assert (
        "consentry customer assign initech --terms zoom-terms\n          stored version 1" in golden
    )
    assert THREE_DATES in golden
    assert UNDER_NEXT_TERMS in earlier


def test_it_fits_a_hundred_columns_and_says_when_the_first_answer_came(demo_run: DemoRun) -> None:
    assert max(map(len, demo_run.stdout.splitlines())) <= 100
    assert re.search(r"The first answer came \d+\.\d s after the start", demo_run.stdout)


def test_an_answer_that_is_not_the_storys_fails_the_demo(tmp_path: Path) -> None:
    template = tmp_path / "template.yaml"
    text = (ROOT / "template.yaml").read_text()
    template.write_text(text.replace("Default: house", "Default: ''"))
    for beside in ("infra", ".build", "layers", "functions"):
        (tmp_path / beside).symlink_to(ROOT / beside)

    spoiled = play("--template", template)

    assert spoiled.returncode == 1
    assert "OTHERWISE: the story expects deny through HTTP" in spoiled.stdout
