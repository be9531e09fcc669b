"""`consentry permit key` and `consentry permit revoke`."""

import json
import time
from datetime import UTC, datetime
from pathlib import Path

import boto3
import pytest

from consentry.aws import clients
from consentry.kernel.authorization import EVERY_PERMISSION, Caller
from consentry.kernel.errors import RevokedPermitError
from consentry.permits.kms import KmsPermitSigner
from tests.testkit.builders.dependencies import FakeDependencies
from tests.testkit.builders.permits import allowed, claims, redeem, signed
from tests.testkit.command_line import Run
from tests.testkit.fakes.dynamodb_tables import create_tables


def test_the_fetched_key_verifies_a_permit_that_kms_signed(
    run: Run, tables: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kms = boto3.client("kms")
    made = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]
    monkeypatch.setenv("PERMIT_KEY", made["Arn"])
    clients.kms.cache_clear()

    fetched = run("permit", "key")

    (key,) = json.loads(fetched.out)["keys"]
    assert (fetched.code, key["kid"], key["alg"]) == (0, made["KeyId"], "ES256")
    now = int(time.time())
    signer = KmsPermitSigner(made["Arn"], lambda: kms)
    (tmp_path / "key").write_text(fetched.out)
    (tmp_path / "permit").write_text(signed(claims(iat=now, nbf=now, exp=now + 600), signer))
    assert run("permit", "verify", tmp_path / "permit", "--key", tmp_path / "key").code == 0
    clients.kms.cache_clear()


def test_without_the_arn_of_a_key_there_is_an_error(run: Run, tables: None) -> None:
    ended = run("permit", "key")

    assert ended.code == 1
    assert "PERMIT_KEY" in ended.err


def test_a_permit_that_an_operator_revoked_cannot_be_redeemed(
    run: Run, tables: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PERMIT_TABLE", "permits")
    client = boto3.client("dynamodb")
    for table in client.list_tables()["TableNames"]:
        client.delete_table(TableName=table)
    create_tables(client)
    deps = FakeDependencies(client, caller=Caller.allowed("trainer", "*", EVERY_PERMISSION))
    deps.grant()
    _, issued = allowed(deps)
    redeem(deps, issued)

    refused = run("permit", "revoke", issued.permit.decision_id)
    redeem(deps, issued)
    ended = run("permit", "revoke", issued.permit.jti)

    assert (refused.code, refused.out, ended.code) == (1, "", 0)
    with pytest.raises(RevokedPermitError):
        redeem(deps, issued, at=datetime.fromtimestamp(issued.permit.iat, UTC))
