"""The layout holds: imports, top-level entries, names and docstrings.

Files and functions have no maximum length. `make figures` prints the largest ones.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest

from tests.project.figures import check, folders_by_feature, participle_modules

ROOT = Path(__file__).parents[2]
VAGUE = {"utils", "util", "manager", "helper", "helpers", "common", "misc"}
TOP = {
    *("functions", "layers", "infra", "events", "tests", "template.yaml", "samconfig.toml"),
    *("README.md", "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "LICENSE"),
    *("Makefile", "pyproject.toml", "requirements.txt", "requirements-sam.txt"),
    *(".ci", ".gitignore", ".gitattributes", ".editorconfig", ".python-version", ".github"),
}
PACKAGES = [
    "consentry",
    "functions",
    "consentry_emulator",
    "consentry_cli",
    "consentry_terms",
    "consentry_demo",
]
TEST_MODULE = re.compile(r"tests(\.\w+)*\.test_\w+")


def tracked(*patterns: str) -> list[Path]:
    """List the files under version control, and new ones that are not ignored."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603
    return [path for path in map(ROOT.joinpath, listed.stdout.splitlines()) if path.is_file()]


def relative(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def imported_modules(module: ast.Module) -> Iterator[str]:
    """Yield each imported module, and each imported name as if it were a module."""
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom):
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def test_import_contracts_hold() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run(  # noqa: S603
        [linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("package", PACKAGES)
def test_no_package_has_an_import_cycle(package: str) -> None:
    graph = grimp.build_graph(package, cache_dir=None)
    cyclic = {
        module
        for module in graph.modules
        for imported in graph.find_modules_directly_imported_by(module)
        if graph.chain_exists(importer=imported, imported=module)
    }

    assert cyclic == set()


def test_no_test_module_imports_another() -> None:
    imports = [
        (str(path.relative_to(ROOT)), imported)
        for path in tracked("tests/**/*.py")
        for imported in imported_modules(parse(path))
        if TEST_MODULE.fullmatch(imported)
    ]

    assert imports == []


def test_production_code_imports_no_test() -> None:
    imports = [
        (str(path.relative_to(ROOT)), imported)
        for path in tracked("functions/**/*.py", "layers/**/*.py", "infra/**/*.py")
        for imported in imported_modules(parse(path))
        if imported.split(".")[0] in {"tests", "pytest"}
    ]

    assert imports == []


def test_the_top_level_contains_only_known_entries() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in tracked()} <= TOP


def test_no_path_has_a_vague_name() -> None:
    vague = [
        path
        for path in tracked()
        for part in path.relative_to(ROOT).with_suffix("").parts
        if VAGUE & set(part.lower().replace("-", "_").split("_"))
    ]

    assert relative(vague) == []


def test_test_names_have_at_least_three_words() -> None:
    names = [
        node.name
        for path in tracked("tests/**/test_*.py")
        for node in ast.walk(parse(path))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]

    assert [name for name in names if name.count("_") < 3] == []


def test_every_module_has_a_docstring() -> None:
    modules = [path for path in tracked("*.py") if path.read_text("utf-8").strip()]

    assert relative([path for path in modules if not ast.get_docstring(parse(path))]) == []


def test_a_feature_has_at_most_one_folder_in_each_tree() -> None:
    scattered = {
        (feature, tree, count)
        for feature, folders in folders_by_feature(ROOT).items()
        for tree, count in folders.items()
        if count > 1
    }

    assert scattered == set()


def test_the_language_check_finds_a_participle_module_and_idioms(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "functions").mkdir()
    (tmp_path / "functions" / "telling.py").write_text('"""What is\nkept, whoever asks."""\n')
    (tmp_path / "functions" / "screening.py").write_text('"""Screen a manifest."""\n')

    code = check(tmp_path)

    printed = capsys.readouterr().out
    assert code == 1
    assert "functions/telling.py: name a module by a noun" in printed
    assert "functions/telling.py:1: 'is kept' in: What is kept, whoever asks." in printed
    assert "'whoever'" in printed
    assert participle_modules(tmp_path) == [Path("functions/telling.py")]
