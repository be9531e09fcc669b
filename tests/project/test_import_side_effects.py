"""Importing a module has no side effects: no client, engine, environment, clock, random number or file."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = {
    "boto3",
    "botocore.session",
    "botocore.client",
    "cedarpy",
    "moto",
    "infra",
    "samtranslator",
}
SIDE_EFFECT_NAMES = {
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


def project_modules() -> list[Path]:
    core, handlers = ROOT / "layers" / "core" / "consentry", ROOT / "functions"
    return sorted([*core.rglob("*.py"), *handlers.rglob("*.py")])


def evaluated_on_import(tree: ast.AST) -> Iterator[ast.AST]:
    """The code of a module that runs on import: all except the bodies of functions."""
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            for evaluated in (*child.decorator_list, child.args):
                yield evaluated
                yield from evaluated_on_import(evaluated)
        elif not isinstance(child, ast.Lambda):
            yield child
            yield from evaluated_on_import(child)


def side_effects(tree: ast.AST) -> Iterator[str]:
    """The side effects of an import: calls, and reads of the environment."""
    for node in evaluated_on_import(tree):
        target = node.func if isinstance(node, ast.Call) else node
        name = target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")
        if name in SIDE_EFFECT_NAMES and (isinstance(node, ast.Call) or name == "environ"):
            yield f"{name} in line {getattr(node, 'lineno', '?')}"


@pytest.mark.parametrize(
    "module", project_modules(), ids=lambda path: ".".join(path.relative_to(ROOT).parts)
)
def test_a_module_reads_no_clock_environment_or_file_on_import(module: Path) -> None:
    assert list(side_effects(ast.parse(module.read_text("utf-8")))) == []


@pytest.mark.parametrize(
    "variant",
    [
        "import os\nTABLE = os.environ['CONSENT_TABLE']",
        "from os import environ\nTABLE = environ.get('T')",
        "from datetime import datetime, UTC\nNOW = datetime.now(UTC)",
        "import boto3\nclass Store:\n    client = boto3.client('dynamodb')",
        "import time\ndef decide(at=time.time()): ...",
    ],
)
def test_known_bad_modules_with_import_side_effects_are_caught(variant: str) -> None:
    assert list(side_effects(ast.parse(variant)))


def test_a_call_in_a_function_body_is_no_import_side_effect() -> None:
    assert not list(side_effects(ast.parse("import time\ndef now():\n    return time.time()")))


def test_all_modules_import_without_environment_variables_and_boto3() -> None:
    command = [sys.executable, "-c", IMPORT_ALL]
    ran = subprocess.run(  # noqa: S603 - our own interpreter, a fixed text
        command, cwd=ROOT, env={}, capture_output=True, text=True, check=False
    )

    assert ran.returncode == 0, ran.stderr
    assert set(ran.stdout.split()) & HEAVY == set()
