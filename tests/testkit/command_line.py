"""Commands run in this process, and what several tests of commands share."""

import json
from pathlib import Path
from typing import Any

import boto3
import pytest

from consentry_cli.main import app
from consentry_cli.public_keys import KeySet, to_jwk
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
SCOPE_OPTIONS = ("--use", "fine_tune/meeting_summary", "--data", "customer_content")
OURS = InMemoryPermitSigner()


def run(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, str, str]:
    """Run a command: its exit code, output and errors."""
    with pytest.raises(SystemExit) as ended:
        app([str(word) for word in words])
    printed = capsys.readouterr()
    assert isinstance(ended.value.code, int)
    return ended.value.code, printed.out, printed.err


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
