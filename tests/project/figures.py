"""Measure the structure and the language of a checkout. `make figures` and `make lint` run it.

    python tests/project/figures.py            print the figures of this checkout
    python tests/project/figures.py --check    print the offenders; exit 1 if a limit is exceeded
    python tests/project/figures.py DIRECTORY  print the figures of another checkout, for example 0.1

It uses the standard library only, so it can measure a version that is not installed.
"""

import ast
import re
import sys
import xml.etree.ElementTree as ElementTree
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PRODUCTION = ("functions", "layers", "infra")
IGNORED = {".venv", ".venv-sam", ".git", ".aws-sam", ".build", "out", "__pycache__"}

IDIOMS = re.compile(
    r"\b(nobody(?:'s)?|somebody(?:'s)?|whoever|whom|whose|of which|hence|beside|anew|for ever|at the most"
    r"|stands?|comes? to|lies|told|is kept|is none)\b".replace(" ", r"\s+"),
    re.IGNORECASE,
)
"""Old-fashioned idioms. A reader who learned English at work stumbles over them."""

MAX_IDIOMS = 2.0
"""Per 1,000 words of docs and docstrings."""

PARTICIPLE = re.compile(
    r"[a-z]+ing|[a-z]+ed|told|kept|said|shown|met|heard|drawn|held|lent|sent|given|taken|written"
)
NOUNS = {"screening", "mapping", "logging", "messaging", "monitoring", "seed", "feed"}
"""Modules that look like a participle and are a noun of the trade."""

FEATURES = (
    "consent",
    "terms",
    "receipts",
    "decisions",
    "manifests",
    "screening",
    "audit",
    "permits",
    "datasets",
    "propagation",
    "screening_jobs",
    "renewal",
    "privacy",
)
TREES = ("layers/core", "functions", "tests")
FILES_OF_0_1 = HERE / "features_0_1.tsv"
"""The feature of each file of 0.1: the package to which 0.2 moved it."""

type Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Function:
    """The length of a function in lines, and where it is."""

    lines: int
    position: str


@dataclass(frozen=True)
class Idiom:
    """An idiom, where it is, and the text around it."""

    position: str
    phrase: str
    context: str


def files(folder: Path, suffix: str) -> Iterator[Path]:
    """List the files below a folder, without environments and build outputs."""
    for path in sorted(folder.rglob(f"*{suffix}")):
        if not IGNORED.intersection(path.parts) and path.is_file():
            yield path


def production_files(root: Path) -> list[Path]:
    """List the Python files that run in production or on an operator's machine."""
    return [path for top in PRODUCTION for path in files(root / top, ".py")]


def participle_modules(root: Path) -> list[Path]:
    """List the production modules named by a bare participle."""
    return [
        path.relative_to(root)
        for path in production_files(root)
        if PARTICIPLE.fullmatch(path.stem) and path.stem not in NOUNS
    ]


def prose(root: Path) -> Iterator[tuple[str, int, str]]:
    """Yield documents and docstrings: path, number of the first line, text without code."""
    for path in files(root, ".md"):
        if path.name != "CHANGELOG.md":
            text = re.sub(r"```.*?```", _only_line_feeds, path.read_text("utf-8"), flags=re.DOTALL)
            yield str(path.relative_to(root)), 1, _without_code(text)
    for path in production_files(root):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, Documented.__value__):
                for line, text in _docstrings(node):
                    yield str(path.relative_to(root)), line, _without_code(text)


def _docstrings(node: Documented) -> Iterator[tuple[int, str]]:
    """Yield the docstring of a node, and the texts below its constants and fields."""
    for statement in node.body:
        if isinstance(statement, ast.Expr):
            match statement.value:
                case ast.Constant(value=str(text)):
                    yield statement.lineno, text


def _without_code(text: str) -> str:
    return re.sub(r"`[^`]*`", _only_line_feeds, text)


def _only_line_feeds(match: re.Match[str]) -> str:
    return " " + "\n" * match[0].count("\n")


def idioms(root: Path) -> tuple[int, list[Idiom]]:
    """Count the words of prose and find the idioms in it."""
    words, found = 0, []
    for path, first_line, text in prose(root):
        words += len(re.findall(r"[A-Za-z']+", text))
        for match in IDIOMS.finditer(text):
            line = first_line + text.count("\n", 0, match.start())
            context = " ".join(text[max(0, match.start() - 40) : match.end() + 40].split())
            found.append(Idiom(f"{path}:{line}", " ".join(match[0].split()), context))
    return words, found


def folders_by_feature(root: Path) -> dict[str, dict[str, int]]:
    """Count the folders of each feature in each tree.

    In 0.2 a folder named like a feature holds it. In 0.1 each file has the feature to which 0.2
    moved it. Folders below a folder named like the feature count as that folder.
    """
    found: dict[str, dict[str, set[Path]]] = {name: defaultdict(set) for name in FEATURES}
    for feature, path in _feature_files(root):
        parts = path.parent.parts
        depth = parts.index(feature) + 1 if feature in parts else len(parts)
        tree = next(tree for tree in TREES if str(path).startswith(f"{tree}/"))
        found[feature][tree].add(Path(*parts[:depth]))
    return {name: {tree: len(found[name][tree]) for tree in TREES} for name in FEATURES}


def _feature_files(root: Path) -> Iterator[tuple[str, Path]]:
    rows = [line.split("\t") for line in FILES_OF_0_1.read_text("utf-8").splitlines()[1:]]
    old = {Path(path): feature for feature, path in rows}
    is_0_1 = (root / "layers/core/consentry/domain").exists()
    for tree in TREES:
        for path in files(root / tree, ".py"):
            relative = path.relative_to(root)
            if is_0_1:
                feature = old.get(relative)
            else:
                feature = next((part for part in relative.parts[:-1] if part in FEATURES), None)
            if feature and path.name != "__init__.py":
                yield feature, relative


def functions(root: Path) -> list[Function]:
    """List the functions of production, the longest first."""
    found = [
        Function(node.end_lineno - node.lineno + 1, f"{path.relative_to(root)}:{node.name}")
        for path in production_files(root)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno
    ]
    return sorted(found, key=lambda function: -function.lines)


def line_count(path: Path) -> int:
    """Count the lines of a file."""
    return len(path.read_text("utf-8").splitlines())


def last_test_run(root: Path) -> str:
    """Describe the last `make test`, which writes out/tests.xml."""
    report = root / "out" / "tests.xml"
    if not report.exists():
        return "not measured; `make test` writes out/tests.xml"
    suite = ElementTree.parse(report).getroot().find("testsuite")  # noqa: S314 - our own file
    if suite is None:
        return "unreadable"
    return f"{suite.get('tests')} tests in {float(suite.get('time', 0)):.0f} s"


def print_figures(root: Path) -> None:
    """Print all figures of a checkout."""
    production, (words, found) = production_files(root), idioms(root)
    print(f"production code: {sum(map(line_count, production))} lines in {len(production)} files")
    print(f"tests: {sum(map(line_count, files(root / 'tests', '.py')))} lines")
    print(f"last make test: {last_test_run(root)}")
    print(f"modules named by a participle: {len(participle_modules(root))}")
    print(
        f"idioms: {_per_thousand(found, words):.1f} per 1,000 words of docs and docstrings ({words} words)"
    )
    print("folders of each feature:   " + "  ".join(f"{tree:>11}" for tree in TREES))
    for feature, folders in folders_by_feature(root).items():
        print(f"  {feature:24} " + "  ".join(f"{folders[tree]:11}" for tree in TREES))
    print("largest files:")
    for path in sorted(production, key=line_count, reverse=True)[:10]:
        print(f"  {line_count(path):4}  {path.relative_to(root)}")
    print("largest functions:")
    for function in functions(root)[:10]:
        print(f"  {function.lines:4}  {function.position}")


def check(root: Path) -> int:
    """Print what exceeds the limits of `make lint`. Return the exit code."""
    participles, (words, found) = participle_modules(root), idioms(root)
    rate = _per_thousand(found, words)
    for path in participles:
        print(f"{path}: name a module by a noun of the trade, not by a participle")
    if rate > MAX_IDIOMS:
        for idiom in found:
            print(f"{idiom.position}: {idiom.phrase!r} in: {idiom.context}")
    print(
        f"{len(participles)} modules named by a participle; "
        f"{rate:.1f} idioms per 1,000 words of docs and docstrings (at most {MAX_IDIOMS:.0f})"
    )
    return 1 if participles or rate > MAX_IDIOMS else 0


def _per_thousand(found: list[Idiom], words: int) -> float:
    return 1000 * len(found) / max(words, 1)


def main(arguments: list[str]) -> int:
    """Run the command and return its exit code."""
    if "--check" in arguments:
        return check(ROOT)
    print_figures(Path(arguments[0]).resolve() if arguments else ROOT)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
