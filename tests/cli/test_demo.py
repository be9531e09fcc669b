"""`consentry demo`: every event of events/ is sent, every answer is the story's; otherwise it fails."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fakes.pages import answer

ROOT = Path(__file__).parents[2]
AMI = ROOT / ".." / "shared" / "data" / "ami"
COMMAND = [sys.executable, "-c", "from infra.cli.main import run; run()", "demo"]

Played = subprocess.CompletedProcess[str]


def play(*words: object) -> Played:
    # A process of its own: the demo's cloud is its whole process's.
    typed = [*COMMAND, *map(str, words)]
    return subprocess.run(typed, capture_output=True, text=True, check=False, cwd=ROOT)  # noqa: S603


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "out" / "page.html"


@pytest.fixture(scope="module")
def played(kept: Path) -> Played:
    return play("--page", kept)


def part(played: Played, title: str) -> str:
    return next(part for part in played.stdout.split("\n\n") if part.startswith(title))


def test_everything_is_answered_as_the_story_expects(played: Played) -> None:
    assert played.stderr == ""
    assert played.returncode == 0
    assert "OTHERWISE" not in played.stdout


def test_an_answer_names_its_rule_its_clause_and_what_it_needs(played: Played) -> None:
    before = part(played, "Asked before anybody consented")

    assert "DENY   announced.content-needs-consent (announcement: customer content)" in before
    assert "needs the customer's consent to fine_tune for meeting_summary" in before
    assert "house.no-third-party-training (house 1)" in before
    assert "422    malformed" in before
    assert "403    foreign_customer" in before


def test_every_door_answers(played: Played) -> None:
    doors = part(played, "The same law behind every other door")

    for door in ("bus", "queue", "task", "machine"):
        assert re.search(rf"^  {door} .*\n +ALLOW  announced.content-improves", doors, re.M)
    assert "execution SUCCEEDED; training jobs started: 1" in doors


def test_a_grant_turns_a_denial_into_an_allow_and_a_withdrawal_turns_it_back(
    played: Played,
) -> None:
    granted = part(played, "A grant turns the denial into an allow")
    withdrawn = part(played, "A withdrawal turns it back")

    asked = "fine_tune for meeting_summary on acme's audio, first_party model, 3 people"
    assert re.search(rf"{asked}\n +ALLOW", granted)
    assert re.search(rf"{asked}\n +DENY   house.nobody-who-refused \(house 2\)", withdrawn)
    assert withdrawn.count("revision 2") == 3
    assert "execution FAILED Consentry.Denied; training jobs started: 0" in withdrawn


def test_poison_ends_in_the_dead_letters(played: Played) -> None:
    poison = part(played, "What no door can answer")

    assert "messages in RequestDeadLetters: 1" in poison
    assert "messages in EventDeadLetters: 1" in poison


def test_manifests_are_screened_once_though_their_event_comes_twice(played: Played) -> None:
    screened = part(played, "Manifests screened")

    assert "admitted     2 rows: 1 announced.content-improves" in screened
    assert "refused      1 row: 1 house.nobody-who-refused" in screened
    assert "undetermined 2 rows: 1 " in screened
    assert "in all       5 rows; 2 events, one decision" in screened
    assert "ForeignCustomerError: 2 events in" in screened


def test_the_page_of_the_last_screening_is_kept_and_each_says_where_it_lies(
    played: Played, kept: Path
) -> None:
    screened = part(played, "Manifests screened")

    assert len(re.findall(r"^ +page +acme/screenings/\w+/report\.html$", screened, re.M)) == 4
    assert answer(kept.read_text("utf-8")) == "Allowed"


@pytest.mark.skipif(not AMI.is_dir(), reason="the AMI meetings are not beside this checkout")
def test_the_real_meetings_and_hours_add_up() -> None:
    played = play("--ami", AMI)

    told = part(played, "98 real meetings, from which 10 of 100 people withdrew")
    counts = re.findall(r"^ +(\w+|in all) +(\d+) meetings, ([\d.]+) hours of speech$", told, re.M)
    meetings = {name: int(count) for name, count, _ in counts}
    hours = {name: float(spoken) for name, _, spoken in counts}
    assert played.returncode == 0
    assert meetings.pop("in all") == sum(meetings.values()) == 98
    assert hours.pop("in all") == pytest.approx(sum(hours.values()), abs=0.02)
    assert min(meetings["admitted"], meetings["refused"]) > 0


def test_it_fits_a_hundred_columns_and_says_when_the_first_answer_came(played: Played) -> None:
    assert max(map(len, played.stdout.splitlines())) <= 100
    assert re.search(r"The first answer came \d+\.\d s after the start", played.stdout)


def test_every_event_file_has_a_place_in_the_story() -> None:
    story = "".join(path.read_text() for path in (ROOT / "infra" / "demo").glob("*.py"))
    events = [path.relative_to(ROOT / "events") for path in (ROOT / "events").glob("*/*.json")]

    assert events
    assert [event for event in events if str(event) not in story] == []


def test_an_answer_that_is_not_the_storys_fails_the_demo(tmp_path: Path) -> None:
    template = tmp_path / "template.yaml"
    text = (ROOT / "template.yaml").read_text()
    template.write_text(text.replace("Default: house", "Default: ''"))
    for beside in ("infra", ".build", "layers", "functions"):
        (tmp_path / beside).symlink_to(ROOT / beside)

    spoiled = play("--template", template)

    assert spoiled.returncode == 1
    assert "OTHERWISE: the story expects deny through HTTP" in spoiled.stdout
