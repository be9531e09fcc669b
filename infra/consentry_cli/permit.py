"""`consentry permit`: verify a data permit offline, fetch the public keys, revoke a permit."""

import hashlib
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from consentry.aws import clients
from consentry.kernel.errors import InvalidRequestError, PermitError
from consentry.kernel.schema import ID_PATTERN
from consentry.kernel.vocabulary import ModelOwner, Operation, Service
from consentry.permits.data_permit import DataPermit
from consentry.permits.kms import KmsPermitSigner
from consentry.permits.open import PermitDependencies
from consentry.permits.redeem_permit import revoke_permit
from consentry.permits.redemption import RevocationReason
from consentry.permits.signature import verify as verify_signature
from consentry_cli.exit_codes import DENIED, OK
from consentry_cli.files import UnreadableFileError, load_file, read_file
from consentry_cli.main import COMMANDS
from consentry_cli.options import InputFile, StackName
from consentry_cli.public_keys import KeySet, read_trusted_keys, to_jwk
from consentry_cli.render import format_time
from consentry_cli.session import TABLES, operator, read_settings

app = App(name="permit", help=COMMANDS["permit"])

_PERMIT_ID = rf"{ID_PATTERN[1:-1]}~[a-z2-7]{{26}}"

Manifest = Annotated[Path | None, Parameter(help="The manifest that was screened.")]
Output = Annotated[Path | None, Parameter(help="The file to train on: the admitted output.")]
Audience = Annotated[str | None, Parameter(help="Who redeems the permit (`aud`).")]
Customer = Annotated[str | None, Parameter(help="The customer of the data (`sub`).")]
OperationOption = Annotated[Operation | None, Parameter(help="The operation.")]
ServiceOption = Annotated[Service | None, Parameter(help="The service.")]
ModelOwnerOption = Annotated[ModelOwner | None, Parameter(help="The owner of the model.")]


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
    """Verify the signature and times of a permit offline, and compare it with the given options. Exit 3 is not valid.

    Give all options: a permit of another customer, or for another use, can admit the same file. To check that the
    permit is not revoked, redeem it: POST /customers/{customer}/permits/{permit_id}/redeem.

    Parameters
    ----------
    permit
        The permit (permit.jwt); `-` is the standard input.
    key
        The trusted keys, as `consentry permit key` prints them.
    """
    token = read_file(permit).decode("ascii", "replace").strip()
    keys = read_trusted_keys(load_file(key))
    digests = {"admitted": _digest(output), "manifest": _digest(manifest)}
    try:
        verified = verify_signature(token, keys)
        verified.require_valid_at(datetime.now(UTC))
        verified.require_claims(sub=customer)
        verified.require_audience(verified.aud if audience is None else audience)
        verified.require_claims(
            operation=operation, service=service, model_owner=model_owner, **digests
        )
    except PermitError as error:
        print(f"not valid: {error}", file=sys.stderr)
        return DENIED
    print(_describe(verified))
    options = {"audience": audience, "customer": customer, "operation": operation}
    options |= {"service": service, "model_owner": model_owner} | digests
    if missing := [name for name, value in options.items() if value is None]:
        print(f"not compared: {', '.join(missing)}")
    return OK


@app.command(name="key")
def show_key(*, stack: StackName = None) -> None:
    """Print the public key of the permits, as a JSON Web Key set."""
    signer = KmsPermitSigner(read_settings(stack, "PERMIT_KEY").permit_key, clients.kms)
    print(KeySet(keys=(to_jwk(signer.public_key(), signer.kid),)).model_dump_json(indent=2))


@app.command
def revoke(permit_id: str, *, stack: StackName = None) -> None:
    """Revoke a permit. From now on, it cannot be redeemed.

    Parameters
    ----------
    permit_id
        The id of the permit, CUSTOMER~TOKEN: `permit_id` in report.json, or `jti` in the permit.
    """
    if not re.fullmatch(_PERMIT_ID, permit_id):
        raise InvalidRequestError("permit_id", "must be CUSTOMER~ and 26 characters of a-z 2-7")
    settings = read_settings(stack, *TABLES, "PERMIT_TABLE")
    deps = PermitDependencies(settings)  # not opened: revoking needs no terms
    reason, caller, now = RevocationReason.OPERATOR, operator(), datetime.now(UTC)
    revoke_permit(permit_id, reason=reason, caller=caller, at=now, deps=deps)
    print("revoked; a check that is only offline accepts it until it expires")


def _digest(file: Path | None) -> str | None:
    """The SHA-256 of a file, which may be larger than memory."""
    if file is None:
        return None
    try:
        with file.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except OSError as missing:
        raise UnreadableFileError(file, f"cannot be read: {missing.strerror}") from missing


def _describe(permit: DataPermit) -> str:
    use = f"{permit.operation} for {permit.service}, {permit.model_owner} model"
    everybody = f"every caller that is allowed for {permit.sub}: it has no audience"
    return (
        f"valid until {format_time(permit.expires_at)}: {use}, on data of {permit.sub}\n"
        f"for {everybody if permit.aud == permit.sub else permit.aud}\n"
        f"decision {permit.decision_id}; permit {permit.jti}"
    )
