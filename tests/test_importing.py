"""Nothing happens on import: no client, no policy engine, no environment, no clock, no chance, no file."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HEAVY = {
    "boto3",
    "botocore.session",
    "botocore.client",
    "cedarpy",
    "moto",
    "infra",
    "samtranslator",
}
WORLDLY = {
    *("environ", "getenv"),
    *("now", "utcnow", "today", "time", "monotonic", "perf_counter"),
    *("token_bytes", "token_hex", "randbelow", "uuid4", "random"),
    *("open", "read_text", "read_bytes", "read_library", "open_stores", "client", "resource"),
}

IMPORT_ALL = """
import importlib, pkgutil, sys
import consentry, functions
for package in (consentry, functions):
    for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        importlib.import_module(found.name)
print(*sys.modules)
"""


def houses_modules() -> list[Path]:
    core, doors = ROOT / "layers" / "core" / "consentry", ROOT / "functions"
    return sorted([*core.rglob("*.py"), *doors.rglob("*.py")])


def done_on_import(tree: ast.AST) -> Iterator[ast.AST]:
    """Everything but what stands in a function's body: that is done when it is called."""
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            for told in (*child.decorator_list, child.args):
                yield told
                yield from done_on_import(told)
        elif not isinstance(child, ast.Lambda):
            yield child
            yield from done_on_import(child)


def worldly(tree: ast.AST) -> Iterator[str]:
    """The names of the world that are called, or of the environment that is looked at, on import."""
    for node in done_on_import(tree):
        target = node.func if isinstance(node, ast.Call) else node
        name = target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")
        if name in WORLDLY and (isinstance(node, ast.Call) or name == "environ"):
            yield f"{name} in line {getattr(node, 'lineno', '?')}"


@pytest.mark.parametrize(
    "module", houses_modules(), ids=lambda path: ".".join(path.relative_to(ROOT).parts)
)
def test_a_module_asks_nothing_of_the_world_on_import(module: Path) -> None:
    assert list(worldly(ast.parse(module.read_text("utf-8")))) == []


@pytest.mark.parametrize(
    "twin",
    [
        "import os\nTABLE = os.environ['CONSENT_TABLE']",
        "from os import environ\nTABLE = environ.get('T')",
        "from datetime import datetime, UTC\nNOW = datetime.now(UTC)",
        "import boto3\nclass Store:\n    client = boto3.client('dynamodb')",
        "import time\ndef decide(at=time.time()): ...",
    ],
)
def test_a_module_that_does_is_caught(twin: str) -> None:
    assert list(worldly(ast.parse(twin)))


def test_a_call_in_a_body_is_not_done_on_import() -> None:
    assert not list(worldly(ast.parse("import time\ndef now():\n    return time.time()")))


def test_everything_imports_without_an_environment_and_without_aws() -> None:
    command = [sys.executable, "-c", IMPORT_ALL]
    ran = subprocess.run(  # noqa: S603 - our own interpreter, a fixed text
        command, cwd=ROOT, env={}, capture_output=True, text=True, check=False
    )

    assert ran.returncode == 0, ran.stderr
    assert set(ran.stdout.split()) & HEAVY == set()
