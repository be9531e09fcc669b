"""The README is true: its code runs, its commands exist, and nothing that a user meets is missing from it."""

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from consentry.consent.consent_event import ConsentEvent
from consentry.consent.forms import Form
from consentry.manifests.screening_request import ScreeningRequest
from consentry_cli.main import COMMANDS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
CONSENTRY = [sys.executable, "-c", "from consentry_cli.main import run; run()"]


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def run(*words: str, folder: Path = ROOT) -> str:
    done = subprocess.run(  # noqa: S603
        [*CONSENTRY, *words], capture_output=True, text=True, check=False, cwd=folder
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize("code", blocks("python"))
def test_readme_python_blocks_run(code: str) -> None:
    exec(compile(code, "README.md", "exec"), {})  # noqa: S102


def test_readme_screening_request_is_valid() -> None:
    (request,) = [text for text in blocks("json") if "manifest" in text]

    ScreeningRequest.read(json.loads(request)).require_own_manifest()


def test_readme_consent_event_is_valid_and_covered_by_its_form() -> None:
    (form,) = [json.loads(text) for text in blocks("json") if '"locale"' in text]
    (consent_event,) = [json.loads(text) for text in blocks("json") if '"act_id"' in text]

    Form.read(form).require(ConsentEvent.read(consent_event))
    assert consent_event["form"] == hashlib.sha256(form["text"].encode()).hexdigest()
    (withdrawal,) = [json.loads(text) for text in blocks("json") if text.count(":") == 2]
    taken = {"consent_event_id": "w", "kind": "withdrawal", "uses": "all", "data": "all"}
    assert ConsentEvent.read(withdrawal | taken).person == "ana"


def test_readme_links_point_to_existing_headings() -> None:
    heads = {
        re.sub(r"[^a-z0-9 -]", "", h.lower()).replace(" ", "-")
        for h in re.findall("^## (.*)$", README, re.M)
    }
    links = set(re.findall(r"\]\(#([^)]+)\)", README))

    assert links
    assert links <= heads


def test_readme_terms_give_the_printed_check_result(tmp_path: Path) -> None:
    policy_set = tmp_path / "my-book"
    policy_set.mkdir()
    for name, text in re.findall(r"`my-book/([^`]+)`[^\n]*\n\n```\w+\n(.*?)```", README, re.DOTALL):
        (policy_set / name).write_text(text, "utf-8")
    (promised,) = [text for text in blocks("console") if text.startswith("$ consentry terms check")]
    said = [line for line in promised.splitlines() if not line.startswith("$")]

    checked = run("terms", "check", "my-book", folder=tmp_path)

    assert checked.splitlines() == said


def test_the_demo_prints_the_output_shown_in_the_readme() -> None:
    demos = [
        re.fullmatch(r"\$ (?:make|consentry) demo\n(.*)", t, re.DOTALL) for t in blocks("console")
    ]
    parts = [part.strip("\n") for shown in demos if shown for part in shown[1].split("[...]")]

    printed = run("demo")

    assert len(parts) > 10
    for part in parts:
        assert part in printed


def template(name: str = "template.yaml") -> str:
    return (ROOT / name).read_text("utf-8")


def routes() -> list[str]:
    paths = json.loads((ROOT / "events" / "openapi.json").read_bytes())["paths"]
    return [f"{method.upper()} {path}" for path, found in paths.items() for method in found]


@pytest.mark.parametrize("route", routes())
def test_every_route_is_documented(route: str) -> None:
    assert f"`{route}`" in README


@pytest.mark.parametrize(
    "name", sorted(set(re.findall(r"^ +([A-Z]+_[A-Z_]+): ", template(), re.M)))
)
def test_every_environment_name_is_documented(name: str) -> None:
    assert name.startswith("POWERTOOLS_") or f"`{name}`" in README


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_documented(command: str) -> None:
    assert f"consentry {command}" in README


def test_every_event_file_is_documented() -> None:
    events = ROOT / "events"
    files = {str(path.relative_to(events)) for path in events.rglob("*.json")}
    listed = set(re.findall(r"^\| `([^`]+\.json)` \|", (events / "README.md").read_text(), re.M))

    assert listed == files


def test_the_readme_directory_tree_exists() -> None:
    (tree,) = blocks("text")
    named = {line.split()[0].rstrip("/") for line in tree.splitlines() if line.strip()}

    assert all((ROOT / name).exists() for name in named)


@pytest.mark.parametrize(
    "document", ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md"]
)
def test_files_named_in_documents_exist(document: str) -> None:
    code = re.findall(r"[`\"[](\w[\w/]*/\w+\.py)\b", template(document))
    beside = [ROOT, ROOT / "layers" / "core" / "consentry", ROOT / "functions"]

    assert [name for name in code if not any((place / name).exists() for place in beside)] == []


def test_samconfig_has_the_documented_environments() -> None:
    environments = set(re.findall(r"^\[(\w+)\.", template("samconfig.toml"), re.M))

    assert {"dev", "prod"} <= environments
