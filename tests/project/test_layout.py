"""The floors of the house and its budgets: what may import what, how long a thing may be, how it may be called."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[2]
MOST_LINES, MOST_HANDLER_LINES, MOST_TEMPLATE_LINES = 150, 45, 350
MOST_FUNCTION_LINES, MOST_STORY_LINES = 25, 35
LONGER = {
    "tests/api/test_consent_stateful_model.py": "one machine: all that may happen to a consent",
    "layers/core/consentry/kernel/errors.py": "one tree of errors, with its map",
    "tests/screening_jobs/test_parquet_screening.py": "one format, whole and in every way damaged",
    "tests/screening/test_column_readers_match_row_readers.py": "one equality, and all that could break it",
    "tests/cli/test_consent_command.py": "one command, from grant to import, as an operator types it",
    "tests/propagation/test_data_set_stateful_model.py": "one machine: all that may happen to a data set",
    "tests/testkit/builders/dependencies.py": "one world, a member a port",
    "tests/screening_jobs/test_screen_manifest.py": "a screening's stories, races and crashes, on one set of rows",
    "tests/api/test_unknown_aws_events.py": "every real envelope at every door",
    "tests/screening_jobs/test_object_created_handler.py": "one door, refused beside it or sorted",
    "tests/contract/test_permit_repository_contract.py": "one port, its promises one by one",
    "tests/permits/test_data_permit.py": "what a permit says, in tables",
    "tests/permits/test_permit_signature.py": "a table of forgeries",
    "tests/cli/test_permit_command.py": "one command: each of its options, and each thing that is no key",
    "tests/emulator/test_template_defects.py": "a table of defects, each with its seed",
}
VAGUE = {"utils", "util", "manager", "helper", "helpers", "common", "misc"}
TOP = {
    *("functions", "layers", "infra", "events", "tests", "template.yaml", "samconfig.toml"),
    *("README.md", "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "LICENSE"),
    *("Makefile", "pyproject.toml", "requirements.txt", "requirements-sam.txt"),
    *(".ci", ".gitignore", ".gitattributes", ".editorconfig", ".python-version", ".github"),
}


def tracked(*patterns: str) -> list[Path]:
    """Files under version control, or about to be: what is ignored is no part of the house."""
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    listed = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603
    return [path for path in map(ROOT.joinpath, listed.stdout.splitlines()) if path.exists()]


def length(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def named(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Each function with the lines of its body; a signature and a docstring cost nothing."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            spoken = ast.get_docstring(node) is not None and len(node.body) > 1
            first = node.body[1 if spoken else 0]
            yield f"{path.relative_to(ROOT)}:{node.name}", (node.end_lineno or 0) - first.lineno + 1


def in_tests(path: Path) -> bool:
    return path.is_relative_to(ROOT / "tests")


def test_import_contracts_hold() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    ended = subprocess.run(  # noqa: S603
        [linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert ended.returncode == 0, ended.stdout


def test_a_file_has_at_most_150_lines_or_a_reason() -> None:
    long = set(named([path for path in tracked("*.py") if length(path) > MOST_LINES]))

    assert long - LONGER.keys() == set()
    assert LONGER.keys() - long == set(), "a reason that is needed no more"


def test_a_function_has_at_most_25_lines_and_a_test_35() -> None:
    long = [
        name
        for path in tracked("*.py")
        for name, lines in functions(path)
        if lines > (MOST_STORY_LINES if in_tests(path) else MOST_FUNCTION_LINES)
    ]

    assert long == []


def test_a_door_has_at_most_45_lines() -> None:
    template = (ROOT / "template.yaml").read_text("utf-8")
    handlers = re.findall(r"Handler: (functions[.\w]+)\.handle", template)
    doors = [ROOT.joinpath(*handler.split(".")).with_suffix(".py") for handler in handlers]

    assert len(doors) > 5
    assert named([path for path in doors if length(path) > MOST_HANDLER_LINES]) == []


def test_the_root_template_has_at_most_350_lines() -> None:
    assert length(ROOT / "template.yaml") <= MOST_TEMPLATE_LINES


def test_the_top_level_contains_only_known_entries() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in tracked()} <= TOP


def test_no_path_has_a_vague_name() -> None:
    parts = {
        (path, part)
        for path in tracked()
        for part in path.relative_to(ROOT).with_suffix("").parts
        if VAGUE & set(part.lower().replace("-", "_").split("_"))
    }

    assert named([path for path, _ in parts]) == []


def test_test_names_have_at_least_three_words() -> None:
    tests = (each for path in tracked("tests/**/test_*.py") for each in functions(path))
    names = [name.rpartition(":")[2] for name, _ in tests]

    short = [name for name in names if name.startswith("test_") and name.count("_") < 3]
    assert short == []


def test_every_module_has_a_docstring() -> None:
    full = [path for path in tracked("*.py") if path.read_text("utf-8").strip()]

    assert named([p for p in full if not ast.get_docstring(ast.parse(p.read_text("utf-8")))]) == []


@pytest.mark.parametrize("package", ["consentry", "functions", "infra"])
def test_no_package_has_an_import_cycle(package: str) -> None:
    graph = grimp.build_graph(package, cache_dir=None)
    cyclic = {
        module
        for module in graph.modules
        for imported in graph.find_modules_directly_imported_by(module)
        if graph.chain_exists(importer=imported, imported=module)
    }

    assert cyclic == set()
