"""The documents are true: what they show runs, and what they name exists."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from consentry.manifests.screening_request import ScreeningRequest
from consentry_cli.main import COMMANDS
from tests.project.figures import FEATURES
from tests.testkit.demo import DemoRun

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-c", "from consentry_cli.main import run; run()"]
IGNORED = {".venv", ".venv-sam", ".aws-sam", ".build", "out", "node_modules"}
DOCUMENTS = sorted(
    path.relative_to(ROOT)
    for path in ROOT.rglob("*.md")
    if not IGNORED.intersection(path.relative_to(ROOT).parts)
    and not path.is_relative_to(ROOT / "tests" / "testkit" / "data" / "zoom-terms")
)


CURL = """
import json, sys, urllib.request, urllib.error
words = sys.argv[1:]
url = next(word for word in words if word.startswith("http"))
headers = dict(words[i + 1].split(": ", 1) for i, word in enumerate(words) if word == "-H")
body = words[words.index("-d") + 1].encode()
try:
    answer = urllib.request.urlopen(urllib.request.Request(url, body, headers))
except urllib.error.HTTPError as error:
    answer = error
print(json.dumps(json.load(answer)))
"""
"""As much of curl as the README uses: a machine with Python, pip and make only has none."""


def read(name: Path | str) -> str:
    return (ROOT / name).read_text("utf-8")


def blocks(language: str, document: str = "README.md") -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", read(document), re.DOTALL)


def console(command: str) -> str:
    """The block of the README that starts with this command."""
    (found,) = [text for text in blocks("console") if text.startswith(f"$ {command}")]
    return found


def matches(shown: str, printed: str) -> bool:
    """Whether the output is as shown; `...` stands for anything in a line."""
    pattern = ".*".join(map(re.escape, shown.strip("\n").split("...")))
    return re.search(pattern, printed) is not None


@contextmanager
def served() -> Iterator[str]:
    """The address of the API on loopback."""
    command = [*COMMAND, "local", "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as server:  # noqa: S603
        assert server.stdout
        lines = iter(server.stdout.readline, "")
        yield next(re.findall(r"http://[\d.]+:\d+", line)[0] for line in lines if "http://" in line)
        server.terminate()


def test_python_code_in_documents_runs() -> None:
    for document in DOCUMENTS:
        for code in re.findall(r"```python\n(.*?)```", read(document), re.DOTALL):
            compile(code, str(document), "exec")
            if "import" in code:  # otherwise it is a part of a test module
                exec(code, {})  # noqa: S102


def test_the_screening_request_of_the_readme_is_valid() -> None:
    (request,) = [text for text in blocks("json") if "manifest" in text]

    ScreeningRequest.read(json.loads(request)).require_own_manifest()


def test_the_readme_example_is_denied_allowed_and_denied_again(tmp_path: Path) -> None:
    (script,) = blocks("bash")
    (tmp_path / "curl.py").write_text(CURL)
    with served() as address:
        script = script.replace("http://127.0.0.1:8080", address)
        curl = f'curl() {{ "{sys.executable}" "{tmp_path / "curl.py"}" "$@"; }}\n'
        done = subprocess.run(  # noqa: S603
            ["/bin/bash", "-euc", curl + script], capture_output=True, text=True, check=True
        )

    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each["outcome"] for each in answers if "outcome" in each] == ["deny", "allow", "deny"]
    assert answers[-1]["revision"] == 2


def test_the_terms_of_the_readme_give_the_output_that_it_shows(tmp_path: Path) -> None:
    policy_set = tmp_path / "my-terms"
    policy_set.mkdir()
    files = re.findall(
        r"`my-terms/([^`]+)`[^\n]*\n\n```\w+\n(.*?)```", read("README.md"), re.DOTALL
    )
    for name, text in files:
        (policy_set / name).write_text(text, "utf-8")
    shown = console("consentry terms check my-terms").partition("\n")[2]

    result = subprocess.run(  # noqa: S603
        [*COMMAND, "terms", "check", "my-terms"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )

    assert len(files) == 3
    assert matches(shown, result.stdout), result.stdout + result.stderr


def test_the_demo_prints_the_output_that_the_readme_shows(demo_run: DemoRun) -> None:
    shown = console("make demo").partition("\n")[2]

    parts = [part.strip("\n") for part in shown.split("[...]") if part.strip()]
    assert len(parts) > 2
    assert [part for part in parts if part not in demo_run.stdout] == []


def openapi() -> Any:
    return json.loads((ROOT / "events" / "openapi.json").read_bytes())


ROUTES = [
    f"{method.upper()} {path}" for path, item in openapi()["paths"].items() for method in item
]


@pytest.mark.parametrize("route", ROUTES)
def test_every_route_is_documented(route: str) -> None:
    short = route.replace("/customers/{customer}/", ".../")

    assert f"`{short}`" in read("functions/README.md")


@pytest.mark.parametrize(
    "name", sorted(set(re.findall(r"^ +([A-Z]+_[A-Z_]+): ", read("template.yaml"), re.MULTILINE)))
)
def test_every_environment_variable_is_documented(name: str) -> None:
    assert name.startswith("POWERTOOLS_") or f"`{name}`" in read("infra/README.md")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_documented(command: str) -> None:
    assert f"consentry {command}" in read("infra/README.md")


def test_every_event_file_is_documented() -> None:
    events = ROOT / "events"
    files = {
        str(path.relative_to(events))
        for path in events.rglob("*.json")
        if path.name != "openapi.json" and "objects" not in path.parts
    }
    listed = set(re.findall(r"^\| `([^`]+\.json)` \|", read("events/README.md"), re.MULTILINE))

    assert listed == files


def test_the_directory_tree_of_the_readme_exists() -> None:
    (tree,) = blocks("text")
    names = {line.split()[0].rstrip("/") for line in tree.splitlines() if line.strip()}

    assert {name for name in names if not (ROOT / name).exists()} == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_links_and_files_named_in_a_document_exist(document: Path) -> None:
    text, folder = read(document), (ROOT / document).parent
    links = [link for link in re.findall(r"\]\(([^)#\s]+)", text) if ":" not in link]
    code = re.findall(r"[`\"[](\w[\w/]*/\w+\.py)\b", text)
    folders = [ROOT, folder, ROOT / "layers" / "core" / "consentry", ROOT / "functions"]

    assert [link for link in links if not (folder / link).exists()] == []
    if document.name != "CHANGELOG.md" and document != Path("tests/PROMISES.md"):
        assert [name for name in code if not any((each / name).exists() for each in folders)] == []


def test_functions_named_in_the_architecture_exist() -> None:
    """Its walks are lists of `file.py:function`."""
    named = re.findall(r"`([\w/]+\.py):(\w+)`", read("ARCHITECTURE.md"))
    folders = [ROOT, ROOT / "layers" / "core" / "consentry"]

    missing = []
    for name, function in named:
        texts = [(each / name).read_text("utf-8") for each in folders if (each / name).exists()]
        if not any(re.search(rf"^\s*def {function}\(", text, re.MULTILINE) for text in texts):
            missing.append(f"{name}:{function}")
    assert missing == []
    assert named


@pytest.mark.parametrize(
    ("document", "lines", "size"), [("README.md", 200, 12_288), ("ARCHITECTURE.md", 200, 8_192)]
)
def test_a_main_document_is_short(document: str, lines: int, size: int) -> None:
    text = read(document)

    assert len(text.splitlines()) < lines
    assert len(text.encode()) < size


@pytest.mark.parametrize("feature", FEATURES)
def test_every_feature_has_a_readme_of_one_page(feature: str) -> None:
    text = read(f"layers/core/consentry/{feature}/README.md")

    assert len(text.splitlines()) <= 100


def test_samconfig_has_the_documented_environments() -> None:
    environments = set(re.findall(r"^\[(\w+)\.", read("samconfig.toml"), re.MULTILINE))

    assert {"dev", "prod"} <= environments
