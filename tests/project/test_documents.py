"""The documents are true: what they show runs, and what they name exists."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import product
from pathlib import Path
from shlex import split
from typing import Any

import pytest
from cyclopts import CycloptsError, MissingArgumentError

from consentry.aws.settings import NAMES
from consentry.kernel.strict_json import loads
from consentry_cli.main import COMMANDS
from consentry_cli.main import app as command_line
from consentry_cli.screen import complete_request
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
PROMISES = Path("tests/PROMISES.md")
CORE = Path("layers/core/consentry")
HERE = Path(__file__).name

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
    (request,) = [json.loads(text) for text in blocks("json") if "collected_at" in text]

    complete_request(request, Path("autumn.jsonl"), b"{}").require_own_manifest()


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


# -- What a document names exists ----------------------------------------------------------------


@cache
def tracked() -> tuple[Path, ...]:
    """The files of the checkout, without environments and build outputs."""
    found = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
    hidden = IGNORED | {".git", "__pycache__"}
    return tuple(path for path in found if not hidden.intersection(path.parts))


@cache
def source() -> str:
    """The text of all files that are no documents: code, templates, terms, events."""
    suffixes = {".py", ".yaml", ".json", ".toml", ".html", ".cedar", ".cedarschema"}
    texts = [read(path) for path in tracked() if path.suffix in suffixes and path.name != HERE]
    return "\n".join([*texts, read("Makefile")])


@cache
def identifiers() -> frozenset[str]:
    """Every identifier and key of the source."""
    return frozenset(re.findall(r"\w+", source()))


@cache
def names_of_tests() -> frozenset[str]:
    """The name of every test."""
    return frozenset(
        node.name
        for path in tracked()
        if path.parts[0] == "tests" and path.suffix == ".py"
        for node in ast.walk(ast.parse(read(path)))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )


def prose(document: Path) -> str:
    """The text of a document without code blocks."""
    return re.sub(r"^ *```.*?```$", "", read(document), flags=re.DOTALL | re.MULTILINE)


def spans(document: Path) -> list[str]:
    """The code in the text of a document. In a table, `|` is written as `\\|`."""
    return [
        " ".join(code.split()).replace("\\|", "|")
        for code in re.findall(r"`([^`]+)`", prose(document))
    ]


def anchors(document: Path) -> set[str]:
    """The anchors of a document's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", prose(document), re.MULTILINE)
    plain = (re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", heading) for heading in headings)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in plain}


EACH = pytest.mark.parametrize("document", DOCUMENTS, ids=str)
CURRENT = [each for each in DOCUMENTS if each not in (Path("CHANGELOG.md"), PROMISES)]
EACH_CURRENT = pytest.mark.parametrize("document", CURRENT, ids=str)
"""Without the changelog and the table of promises, which also name what is gone."""


@EACH
def test_every_link_and_anchor_resolves(document: Path) -> None:
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)", prose(document)):
        path, _, anchor = link.partition("#")
        if ":" in path:
            continue
        target = (ROOT / document.parent / path).resolve() if path else ROOT / document
        if not target.exists() or (anchor and anchor not in anchors(target.relative_to(ROOT))):
            broken.append(link)

    assert broken == []


FILE = re.compile(r"\.?[\w./*-]+(\.(py|yaml|md|toml|cedar|cedarschema|html|css|tsv|asl\.json)|/)")
EXAMPLES = {
    "2.yaml": "a file that the reader adds",
    "my-terms/2026-01-01.cedar": "a file that the reader adds",
    "guides/consent-27560.html": "a file of another repository",
    "LICENSE.md": "a file in an archive",
    "test_parsing": "a folder of another repository",
}
"""Names of files that need not exist, and why."""


def _is_file(name: str, document: Path) -> bool:
    """Whether a file is where a reader of the document looks for it, or has a name of its own."""
    own = document.parent.name
    folders = [
        Path(),
        document.parent,
        CORE,
        CORE / own,
        Path("functions"),
        Path("tests"),
        Path("tests", own),
    ]
    patterns = [str(folder / name).rstrip("/") for folder in [*folders, Path("layers/terms")]]
    return (
        name in EXAMPLES
        or any(any(ROOT.glob(pattern)) for pattern in patterns)
        or any(path.match(name) for path in tracked())
    )


@EACH_CURRENT
def test_every_file_named_in_a_document_exists(document: Path) -> None:
    files = [code for code in spans(document) if FILE.fullmatch(code)]

    assert [name for name in files if not _is_file(name, document)] == []


@EACH_CURRENT
def test_every_test_named_in_a_document_exists(document: Path) -> None:
    named = set(re.findall(r"(?<![\w/])(?:[\w/]+/)?test_\w+\*?(?:\.py)?", prose(document)))
    files = {str(path) for path in tracked() if path.parts[0] == "tests"}

    missing = []
    for name in named:
        if name.endswith(".py") or "*" in name:
            ends = re.compile(rf"(^|/){re.escape(name).replace(re.escape('*'), '.*')}(\.py)?$")
            if not any(ends.search(file) for file in files):
                missing.append(name)
        elif name not in names_of_tests() and name not in EXAMPLES:
            missing.append(name)
    assert missing == []


@EACH_CURRENT
def test_every_name_in_a_document_exists(document: Path) -> None:
    """Names of functions, types, fields, settings, parameters, resources, events and metrics."""
    names = [
        part
        for code in spans(document)
        if re.fullmatch(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*(\(\))?", code) and not FILE.fullmatch(code)
        for part in code.removesuffix("()").split(".")
        if "_" in part or re.search(r"[a-z][A-Z]", part)
    ]

    assert [name for name in names if name not in identifiers()] == []


@EACH_CURRENT
def test_every_function_named_with_its_file_exists(document: Path) -> None:
    """As `file.py:function`, the form of the walks in ARCHITECTURE.md."""
    named = re.findall(r"`([\w/]+\.py):([\w.]+)`", read(document))
    folders = [ROOT, ROOT / CORE, ROOT / document.parent]

    missing = []
    for name, function in named:
        texts = [(each / name).read_text("utf-8") for each in folders if (each / name).exists()]
        last = function.rpartition(".")[2]
        if not any(re.search(rf"^\s*(def|class) {last}\b", text, re.MULTILINE) for text in texts):
            missing.append(f"{name}:{function}")
    assert missing == []
    assert named or document.name != "ARCHITECTURE.md"


def commands(document: Path) -> Iterator[list[str]]:
    """The words after `consentry` of each command; `show|replay` gives two."""
    lines = [line.removeprefix("$ ") for line in read(document).splitlines()]
    for code in [*spans(document), *(line for line in lines if line.startswith("consentry "))]:
        if code.startswith("consentry "):
            words = [word.split("|") for word in split(code)[1:]]
            yield from map(list, product(*words))


@EACH_CURRENT
def test_every_command_in_a_document_exists_with_its_options(document: Path) -> None:
    wrong = {
        " ".join(words): problem for words in commands(document) if (problem := _problem(words))
    }

    assert wrong == {}


def _problem(words: list[str]) -> str:
    _, apps, rest = command_line.parse_commands(words)
    if apps[-1].default_command is None:
        return f"unknown: {rest[0]}" if rest else ""
    options = {name for each in apps[-1].assemble_argument_collection() for name in each.names}
    if unknown := [word for word in rest if word.startswith("--") and word not in options]:
        return f"unknown: {unknown[0]}"
    try:
        command_line.parse_args(words, exit_on_error=False, print_error=False)
    except MissingArgumentError:
        return ""  # A document may name a command without all its arguments.
    except CycloptsError as error:
        return f"{type(error).__name__}: {words}"
    return ""


def test_the_options_in_the_table_of_commands_are_those_of_the_row() -> None:
    rows = re.findall(r"^\| (`consentry .*)$", read("infra/README.md"), re.MULTILINE)

    wrong = []
    for row in rows:
        codes = [code.replace("\\|", "|") for code in re.findall(r"`([^`]+)`", row)]
        options = re.findall(r"`(--[a-z-]+)", row)
        words = [code for code in codes if code.startswith("consentry ")]
        known = {name for code in words for name in _options(code)}
        wrong += [f"{words[0]}: {option}" for option in options if option not in known]
    assert wrong == []
    assert len(rows) > len(COMMANDS)


def _options(code: str) -> Iterator[str]:
    for words in product(*(word.split("|") for word in split(code)[1:])):
        _, apps, _ = command_line.parse_commands(list(words))
        if apps[-1].default_command:
            for each in apps[-1].assemble_argument_collection():
                yield from each.names


@EACH
def test_every_json_in_a_document_parses(document: Path) -> None:
    blocks_of_json = blocks("json", str(document))
    bodies = [block.partition("\n\n")[2] for block in blocks("http", str(document))]

    for text in [*blocks_of_json, *filter(str.strip, bodies)]:
        loads(text)


@EACH_CURRENT
def test_every_setting_in_a_document_exists(document: Path) -> None:
    """A name in capitals is a variable that Consentry reads, or a constant or variable of the code."""
    capitals = [code for code in spans(document) if re.fullmatch(r"[A-Z]+(_[A-Z]+)+", code)]

    assert [
        name
        for name in capitals
        if name not in NAMES and not re.search(rf"\b{name}\b *[:=]|\[\"{name}\"\]", source())
    ] == []


@pytest.mark.parametrize(
    "name",
    re.findall(r"^  (\w+):", read("template.yaml").partition("\nConditions")[0], re.MULTILINE),
)
def test_every_parameter_of_the_template_is_documented(name: str) -> None:
    assert f"`{name}`" in read("infra/README.md")


# -- How a document is written -------------------------------------------------------------------


WITH_DECISIONS = [each for each in CURRENT if "\n## Decisions\n\n- " in read(each)]


@pytest.mark.parametrize("document", WITH_DECISIONS, ids=str)
def test_every_decision_has_a_context_a_decision_and_a_consequence(document: Path) -> None:
    section = re.split(r"^## ", read(document).partition("\n## Decisions\n")[2], flags=re.M)[0]
    decisions = re.split(r"^- ", section, flags=re.MULTILINE)[1:]
    parts = re.compile(r"\*\*.+?\.\*\* Context: .+ Decision: .+ Consequence: .+")

    assert [text for text in decisions if not parts.match(" ".join(text.split()))] == []
    assert decisions


def test_every_feature_documents_its_decisions() -> None:
    features = {Path("layers/core/consentry", feature, "README.md") for feature in FEATURES}

    assert features <= set(WITH_DECISIONS)


WRITTEN_BY_HAND = [each for each in CURRENT if not each.is_relative_to("tests/terms/cases")]


@pytest.mark.parametrize("document", WRITTEN_BY_HAND, ids=str)
def test_prose_is_wrapped_at_100_columns(document: Path) -> None:
    long = [line for line in prose(document).splitlines() if len(line) > 100]

    assert [line for line in long if not line.startswith("|")] == []


@EACH_CURRENT
def test_a_sentence_has_at_most_25_words(document: Path) -> None:
    text = re.sub(r"`[^`]*`", "X", prose(document))
    blocks_of_text = re.split(r"\n\s*\n|\n\s*(?:[-*|#]|\d+\.)\s", text)
    sentences = [each for block in blocks_of_text for each in re.split(r"(?<=[.!?:;])\s+", block)]

    long = [each for each in sentences if len(re.findall(r"[A-Za-z][\w'-]*", each)) > 25]
    assert long == []


def test_security_names_a_test_for_each_guarantee() -> None:
    section = read("SECURITY.md").partition("## Guarantees")[2].partition("\n## ")[0]
    rows = [line.split(" | ") for line in section.splitlines() if line.startswith("| ")][1:]

    assert [row[0] for row in rows if not re.search(r"`test_\w+`", row[1])] == []
    assert len(rows) > 10


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
