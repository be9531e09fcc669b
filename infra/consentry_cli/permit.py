"""`consentry permit`: check one offline, fetch the key that checks them, take one back."""

import hashlib
import re
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from consentry.aws import clients
from consentry.aws.settings import Settings
from consentry.kernel.errors import InvalidRequestError, PermitError
from consentry.kernel.schema import ID_PATTERN
from consentry.kernel.vocabulary import ModelOwner, Operation, Service
from consentry.permits.data_permit import DataPermit
from consentry.permits.kms import KmsPermitSigner
from consentry.permits.open import PermitDependencies
from consentry.permits.redemption import RevocationReason
from consentry.permits.revoke_permit import revoke_permit
from consentry.permits.signature import verify as verify_signed
from consentry_cli.files import InputFile, UnreadableFileError, load_file, read_file
from consentry_cli.public_keys import KeySet, read_trusted_keys, to_jwk
from consentry_cli.session import (
    STACK_OUTPUTS,
    StackName,
    environment_of,
    errors_reported,
    operator,
)

app = App(
    name="permit",
    help="Check a permit offline: exit 0 holds, 3 does not; fetch its key; revoke one.",
)

NOT_VALID = 3
"""Exit code, told apart from a command that was refused or mistyped."""

_ID = rf"{ID_PATTERN[1:-1]}~[a-z2-7]{{26}}"

Manifest = Annotated[Path | None, Parameter(help="The manifest that was screened.")]
Output = Annotated[Path | None, Parameter(help="The file about to be used: the admitted output.")]
Audience = Annotated[str | None, Parameter(help="Who is to use it, as its `aud` must say.")]
Customer = Annotated[str | None, Parameter(help="Whose data it must be on (`sub`).")]
OperationOption = Annotated[Operation | None, Parameter(help="What is to be done with it.")]
ServiceOption = Annotated[Service | None, Parameter(help="For which service.")]
ModelOwnerOption = Annotated[ModelOwner | None, Parameter(help="Whose the model is.")]


@app.command
def verify(
    permit: InputFile,
    *,
    key: Path,
    manifest: Manifest = None,
    output: Output = None,
    audience: Audience = None,
    customer: Customer = None,
    operation: OperationOption = None,
    service: ServiceOption = None,
    model_owner: ModelOwnerOption = None,
) -> int:
    """Check a permit without asking anybody: signature, time, and whatever is named here; the rest is told.

    Name all: a permit of another customer, or for another use, may admit the very same file.

    That nothing was withdrawn since it was issued only `POST /permits/{id}/redeem` can say.

    Parameters
    ----------
    permit
        The permit (permit.jwt); `-` is the standard input.
    key
        The keys that are trusted, as `consentry permit key` prints them.
    """
    with errors_reported():
        presented = read_file(permit).decode("ascii", "replace").strip()
        keys = read_trusted_keys(load_file(key))
        digests = {"admitted": _digest(output), "manifest": _digest(manifest)}
    use: dict[str, str | None]
    use = {"operation": operation, "service": service, "model_owner": model_owner}
    try:
        found = verify_signed(presented, keys)
        found.require_valid_at(datetime.now(UTC))
        found.require_customer(customer)
        found.require_audience(found.aud if audience is None else audience)
        found.require_use(operation=operation, service=service, model_owner=model_owner)
        found.require_files(**digests)
    except PermitError as wrong:
        print(f"does not hold: {wrong}", file=sys.stderr)
        return NOT_VALID
    print(_in_words(found))
    named = {"audience": audience, "customer": customer} | use | digests
    print(_not_compared(named), end="")
    return 0


@app.command(name="key")
def show_key(*, stack: StackName = None) -> None:
    """Print the public key that permits are signed by, as a JSON Web Key set."""
    with errors_reported():
        arn = environment_of(stack, {"PERMIT_KEY": "PermitKeyArn"})["PERMIT_KEY"]
        signer = KmsPermitSigner(arn, clients.kms)
        print(KeySet(keys=(to_jwk(signer.public_key(), signer.kid),)).model_dump_json(indent=2))


@app.command
def revoke(permit_id: str, *, stack: StackName = None) -> None:
    """Take a permit back by its id (`jti`): once this returns, it is redeemed no more.

    Parameters
    ----------
    permit_id
        Its `jti`, as `consentry permit verify` prints it, and `permit_id` in report.json: CUSTOMER~TOKEN.
    """
    with errors_reported():
        if not re.fullmatch(_ID, permit_id):
            raise InvalidRequestError(
                "permit_id", "is not a permit's id: CUSTOMER~ and 26 of a-z 2-7"
            )
        named = environment_of(stack, STACK_OUTPUTS | {"PERMIT_TABLE": "PermitTableName"})
        revoke_permit(
            permit_id,
            reason=RevocationReason.OPERATOR,
            caller=operator(),
            at=datetime.now(UTC),
            deps=PermitDependencies(
                Settings.read(named)
            ),  # Without reading the terms: none need be there.
        )
        print("revoked; whoever only checks it offline may take it until its end")


def _digest(file: Path | None) -> str | None:
    """A file's SHA-256, read piece by piece: what was admitted may be larger than memory."""
    if file is None:
        return None
    try:
        with file.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except OSError as missing:
        raise UnreadableFileError(file, f"cannot be read: {missing.strerror}") from missing


def _in_words(permit: DataPermit) -> str:
    use = f"{permit.operation} for {permit.service}, {permit.model_owner} model"
    anybody = f"anybody who may name {permit.sub}: it has no audience"
    return (
        f"holds until {permit.expires_at:%Y-%m-%dT%H:%M:%SZ}: {use}, on data of {permit.sub}\n"
        f"for {anybody if permit.aud == permit.sub else permit.aud}\n"
        f"decision {permit.decision_id}; permit {permit.jti}"
    )


def _not_compared(named: Mapping[str, str | None]) -> str:
    """What was not compared, since nobody named it: it is for whoever reads this to compare."""
    unasked = ", ".join(name for name, said in named.items() if said is None)
    return f"not compared: {unasked}\n" if unasked else ""
