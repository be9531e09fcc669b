"""`consentry demo` plays its scenario: every result is the expected one, otherwise it fails."""

import re
from pathlib import Path

import pytest

from consentry_demo.scenario import (
    SCENARIOS,
    InvalidScenarioError,
    Scenario,
    Step,
    differences,
    load,
    substitute,
)
from tests.testkit.demo import ROOT, DemoRun, run_demo
from tests.testkit.html_pages import page_heading
from tests.testkit.vendored import ami_meetings

MEETINGS = SCENARIOS / "meetings.yaml"
THREE_DATES = """
  clock       collected   consent   answer  by
  2023-04-15  2023-04-15  granted   ALLOW   zoom-terms@2023-03-31, 10.4
  2023-04-15  2023-04-15  none      ALLOW   zoom-terms@2023-03-31, 10.4
  2023-08-08  2023-08-08  granted   ALLOW   zoom-terms@2023-08-07, 10.4
  2023-08-08  2023-08-08  none      DENY    zoom-terms@2023-08-07, 10.4, paragraph after
  2023-09-01  2023-09-01  granted   DENY    zoom-terms@2023-08-11, 10.2, paragraph after
  2023-09-01  2023-09-01  none      DENY    zoom-terms@2023-08-11, 10.2, paragraph after
"""


def test_every_result_of_the_demo_is_the_expected_one(demo_run: DemoRun) -> None:
    assert demo_run.stderr == ""
    assert demo_run.returncode == 0
    assert "UNEXPECTED" not in demo_run.stdout


def test_every_section_of_the_scenario_is_played(demo_run: DemoRun) -> None:
    titles = [section.title for section in load(MEETINGS).sections if section.title]

    assert [title for title in titles if f"\n{title}\n" not in demo_run.stdout] == []


def test_a_denial_names_its_rule_its_clause_and_what_would_allow_it(demo_run: DemoRun) -> None:
    before = demo_run.section("Before anyone consents")

    assert re.search(r"DENY +announced.content-needs-consent \(announcement: customer", before)
    assert "needs the customer's consent on a form that covers earlier data to fine_tune" in before
    assert re.search(r"422 +invalid_request", before)
    assert re.search(r"403 +forbidden_customer", before)


@pytest.mark.parametrize("trigger", ["bus", "queue", "task"])
def test_every_trigger_gets_the_same_ruling(demo_run: DemoRun, trigger: str) -> None:
    section = demo_run.section("The same rules behind every other trigger")

    assert re.search(rf"^  {trigger} .*\n +ALLOW +announced.content-improves", section, re.M)


def test_the_golden_request_gets_its_three_answers_by_date(demo_run: DemoRun) -> None:
    assert THREE_DATES in demo_run.section("Terms by date")


def test_stricter_terms_outdate_the_data_set_and_notify_its_users(demo_run: DemoRun) -> None:
    section = demo_run.section("Stricter terms outdate what others admitted")

    assert re.search(r"^ +status +clean.*\n(.*\n)+ +status +outdated", section, re.M)
    assert "DataSetOutdated on the bus" in section
    assert "to do: screen_again" in section


def test_a_withdrawal_taints_the_data_set_and_revokes_its_permit(demo_run: DemoRun) -> None:
    section = demo_run.section("A withdrawal propagates to what was built")

    assert re.search(r"^ +status +outdated.*\n(.*\n)+ +status +tainted", section, re.M)
    assert "to do: remove_adapter (summariser-7)" in section
    assert len(re.findall(r"409 +revoked_permit", section)) == 2


def test_the_page_of_the_last_screening_is_written(demo_run: DemoRun) -> None:
    assert page_heading(demo_run.page)


def test_the_output_fits_100_columns(demo_run: DemoRun) -> None:
    assert max(map(len, demo_run.stdout.splitlines())) <= 100


def test_an_unexpected_answer_fails_the_demo(tmp_path: Path) -> None:
    template = tmp_path / "template.yaml"
    text = (ROOT / "template.yaml").read_text()
    template.write_text(text.replace("Default: house", "Default: ''"))
    for name in ("infra", ".build", "layers", "functions"):
        (tmp_path / name).symlink_to(ROOT / name)

    without_guardrails = run_demo("--template", template)

    assert without_guardrails.returncode == 1
    assert "outcome is 'allow' instead of 'deny'" in without_guardrails.stdout


@pytest.mark.campaign
def test_real_meetings_add_up_and_segments_keep_more_speech(tmp_path: Path) -> None:
    files = ami_meetings()
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)

    demo_run = run_demo("--ami", tmp_path)

    section = demo_run.section(f"{len(files)} real meetings, after ")
    rows = re.findall(r"^  (recording|segments) +(\d+) +(\d+) +(\d+) +([\d.]+) ", section, re.M)
    assert demo_run.returncode == 0, demo_run.stdout
    ((*_, whole, _, touched, hours), (*_, same, parts, _, more_hours)) = rows
    assert (int(whole) + int(touched), same, parts) == (len(files), whole, touched)
    assert float(hours) < float(more_hours)
    if len(files) == 98:
        assert (whole, touched, hours, more_hours) == ("67", "31", "30.06", "35.32")
    later = demo_run.section("One more person withdraws")
    ((before, after),) = re.findall(r"([\d.]+) hours before, ([\d.]+) without", later)
    assert before == more_hours
    assert float(before) > float(after)


INVALID = {
    "no verb": "callers: {}\nsections: [{title: a, steps: [{say: nothing}]}]",
    "two verbs": "callers: {}\nsections: [{title: a, steps: [{text: a, send: b}]}]",
    "an unknown field": "callers: {}\nsections: [{title: a, steps: [{text: a, expects: {}}]}]",
    "not YAML": "sections: [",
}


@pytest.mark.parametrize("case", INVALID)
def test_an_invalid_scenario_is_an_error(case: str, tmp_path: Path) -> None:
    (tmp_path / "scenario.yaml").write_text(INVALID[case])

    with pytest.raises(InvalidScenarioError):
        load(tmp_path / "scenario.yaml")


def test_saved_values_are_substituted_anywhere() -> None:
    step = Step(call="GET /a/${id}", body={"list": ["${id}", {"whole": "${count}"}]})
    saved = {"id": "x", "count": 3}

    assert substitute(step.call, saved) == "GET /a/x"
    assert substitute(step.body, saved) == {"list": ["x", {"whole": 3}]}


def test_only_expected_fields_that_differ_are_differences() -> None:
    found = {"status": 201, "id": "x", "extra": 1, "until": None}

    assert differences({"status": 201, "id": "present"}, found) == []
    assert differences({"until": None}, found) == []
    assert differences({"status": 200}, found) == ["status is 201 instead of 200"]


@pytest.mark.parametrize("path", sorted(SCENARIOS.glob("*.yaml")), ids=lambda path: path.stem)
def test_each_scenario_is_valid(path: Path) -> None:
    assert isinstance(load(path), Scenario)


def test_a_scenario_of_another_vocabulary_plays_on_the_same_code() -> None:
    result = run_demo("--scenario", "product-analytics")

    assert (result.returncode, result.stderr) == (0, "")
    assert "UNEXPECTED" not in result.stdout
    regions = result.section("Three customers")
    assert re.search(r"DENY +analytics-eu.customers-out-by-default", regions)
    assert re.search(r"ALLOW +analytics-us.data-improves-by-default", regions)
    assert re.search(r"DENY +analytics-contract.no-improvement", regions)
    others = result.section("Words of another vocabulary are unknown")
    assert "422     invalid_request: data.0 is not a data category of the vocabulary" in others


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("callers: {}\nsections: []\nsections: []\n", "names sections twice"),
        (
            "callers: {}\nsections: [{steps: [{text: a, expect: {outcome: deny, outcome: allow}}]}]\n",
            "names outcome twice",
        ),
    ],
    ids=["a section", "an expectation"],
)
def test_a_scenario_that_names_a_field_twice_is_rejected(
    tmp_path: Path, text: str, problem: str
) -> None:
    path = tmp_path / "scenario.yaml"
    path.write_text(text)

    with pytest.raises(InvalidScenarioError, match=problem):
        load(path)


def test_a_scenario_may_override_a_field_of_a_merged_mapping(tmp_path: Path) -> None:
    path = tmp_path / "scenario.yaml"
    path.write_text(
        "callers: {}\n"
        "sections:\n"
        "  - steps:\n"
        "      - {text: a, body: &first {outcome: deny}}\n"
        "      - {text: b, body: {<<: *first, outcome: allow}}\n"
    )

    (section,) = load(path).sections

    assert section.steps[1].body == {"outcome": "allow"}
