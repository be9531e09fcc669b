"""Requirements are pinned by hash, agree with each other and with pyproject.toml, and name no host."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
DEVELOPED, VENDORED = ROOT / "requirements.txt", ROOT / "layers" / "vendor" / "requirements.txt"
COLUMNS = ROOT / "layers" / "columns" / "requirements.txt"
SAM = ROOT / "requirements-sam.txt"
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PROJECT = PYPROJECT["project"]
PINNED = re.compile(r"^([A-Za-z0-9._-]+(?:\[[^]]+\])?)==(\S+)", re.MULTILINE)
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")
OF_THE_RUNTIME = {"boto3", "botocore", "s3transfer"}
REGISTRIES = re.compile(r"https?://[^\s\"')]*(?:/simple\b|/packages/|pypi)|--(?:extra-)?index-url")


def pins(path: Path) -> dict[str, str]:
    found = PINNED.findall(path.read_text("utf-8"))
    return {canonicalize_name(name.partition("[")[0]): version for name, version in found}


def blocks(path: Path) -> list[str]:
    """Each requirement with its continuation lines."""
    lines = [x for x in path.read_text("utf-8").splitlines() if not x.lstrip().startswith("#")]
    return [block for block in re.split(r"\n(?=\S)", "\n".join(lines)) if block.strip()]


@pytest.mark.parametrize(
    "path", [DEVELOPED, VENDORED, COLUMNS, SAM], ids=lambda path: str(path.relative_to(ROOT))
)
def test_every_requirement_is_pinned_with_its_hashes(path: Path) -> None:
    assert len(blocks(path)) == len(pins(path)) > 0
    assert [block for block in blocks(path) if not HASH.search(block)] == []


@pytest.mark.parametrize("layer", [VENDORED, COLUMNS], ids=["vendor", "columns"])
def test_layer_requirements_match_the_tested_versions(layer: Path) -> None:
    developed, vendored = pins(DEVELOPED), pins(layer)

    assert {name: developed.get(name) for name in vendored} == vendored
    hashed = {frozenset(HASH.findall(block)) for block in blocks(DEVELOPED)}
    assert [b for b in blocks(layer) if frozenset(HASH.findall(b)) not in hashed] == []


NEEDED = [(VENDORED, line) for line in PROJECT["dependencies"]]
NEEDED += [(COLUMNS, line) for line in PYPROJECT["dependency-groups"]["columns"]]


@pytest.mark.parametrize(("layer", "line"), NEEDED, ids=[line for _, line in NEEDED])
def test_runtime_dependencies_are_pinned_in_their_layer(layer: Path, line: str) -> None:
    requirement = Requirement(line)

    assert pins(layer)[canonicalize_name(requirement.name)] in requirement.specifier


@pytest.mark.parametrize("line", PROJECT["optional-dependencies"]["dev"])
def test_development_dependencies_are_pinned_within_their_bounds(line: str) -> None:
    requirement = Requirement(line)

    assert pins(DEVELOPED)[canonicalize_name(requirement.name)] in requirement.specifier


def test_lambda_runtime_packages_and_dev_tools_are_not_vendored() -> None:
    tools = {
        canonicalize_name(Requirement(t).name) for t in PROJECT["optional-dependencies"]["dev"]
    }

    assert pins(VENDORED).keys() & (OF_THE_RUNTIME | tools) == set()


def test_no_committed_file_names_a_registry_host() -> None:
    listing = ["git", "ls-files", "-z"]
    listed = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603
    files = [ROOT / name for name in listed.stdout.split("\0") if name]
    texts = {p: p.read_text("utf-8", errors="replace") for p in files if p.exists()}

    naming = {p.name for p, text in texts.items() if REGISTRIES.search(text)}
    assert naming <= {Path(__file__).name}
