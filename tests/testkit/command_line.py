"""Commands run in this process, and what several tests of commands share."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest

from consentry_cli.main import run as run_command_line
from consentry_cli.public_keys import KeySet, to_jwk
from tests.testkit.builders.dependencies import FINE_TUNE
from tests.testkit.builders.screenings import FIELDS
from tests.testkit.fakes.permit_signer import InMemoryPermitSigner

REQUEST = {
    "request_id": "r-1",
    "customer": "acme",
    "data": ["customer_content.audio"],
    "use": {"operation": "fine_tune", "service": "meeting_summary"},
    "model_owner": "first_party",
    "collected": {"at": "2024-01-01T00:00:00Z", "by_service": "meeting_summary"},
    "people": [{"person": "ana", "role": "host"}],
    "declared_by": "pipeline",
}
TABLES = {
    "CONSENT_TABLE": "consents",
    "DECISION_TABLE": "decisions",
    "KEY_TABLE": "keys",
    "DATA_SET_TABLE": "datasets",
}
"""The tables of the fixture `tables` of tests/cli, by setting."""

SCREENING_REQUEST = {
    "request_id": "s-1",
    "customer": "acme",
    "use": FINE_TUNE,
    "model_owner": "first_party",
    "declared_by": "curator",
    "fields": FIELDS,
}
"""A screening request as an operator writes it."""

SCOPE_OPTIONS = ("--use", "fine_tune/meeting_summary", "--data", "customer_content")
OURS = InMemoryPermitSigner()


@dataclass(frozen=True)
class CommandResult:
    """The exit code and output of a command."""

    code: int
    out: str
    err: str


type Run = Callable[..., CommandResult]
"""Runs a command; the fixture `run` of tests/cli."""


def run(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, str, str]:
    """Run a command: its exit code, output and errors."""
    with pytest.raises(SystemExit) as ended:
        run_command_line(*map(str, words))
    printed = capsys.readouterr()
    assert isinstance(ended.value.code, int)
    return ended.value.code, printed.out, printed.err


def import_opt_outs(
    run: Run, file: Path, content: str | bytes, *words: str
) -> tuple[int, list[str], str]:
    """Write a file and import it as acme's: the exit code, the lines of the output, the errors."""
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    result = run("consent", "import", file, "--customer", "acme", *words)
    return result.code, result.out.splitlines(), result.err


def show_person(run: Run, person: str) -> str:
    """What `consentry consent show` prints about one of acme's people."""
    return run("consent", "show", "acme", "--person", person).out


def request(directory: Path, **changes: object) -> Path:
    """Write a request to decide to a file. Arguments replace fields."""
    path = directory / "request.json"
    path.write_text(json.dumps(REQUEST | changes))
    return path


def deploy(name: str, outputs: dict[str, str]) -> None:
    """Create a stack with these outputs."""
    template = {
        "Resources": {"Nothing": {"Type": "AWS::SQS::Queue"}},
        "Outputs": {output: {"Value": value} for output, value in outputs.items()},
    }
    boto3.client("cloudformation").create_stack(StackName=name, TemplateBody=json.dumps(template))


def key_set(*signers: InMemoryPermitSigner) -> dict[str, Any]:
    """The public key set of permit signers, as `consentry permit keys` writes it."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    keys = [to_jwk(each.private.public_key().public_bytes(*form), each.kid) for each in signers]
    return KeySet(keys=tuple(keys)).model_dump()
