"""A permit is redeemed exactly as it was issued, for its own use and file, by its audience."""

from datetime import timedelta
from typing import Any

import pytest

from consentry.kernel.authorization import EVERY_PERMISSION, Caller
from consentry.kernel.errors import (
    ConflictingIdError,
    ExpiredPermitError,
    ForbiddenCustomerError,
    InvalidPermitSignatureError,
    MismatchedPermitError,
    NotFoundError,
)
from consentry.kernel.jose import base64url, from_base64url
from consentry.permits.data_permit import MAX_LIFETIME
from consentry.permits.signature import verify
from tests.testkit.builders.dependencies import ACME, NOW, FakeDependencies
from tests.testkit.builders.issued_permits import LATER, PermitDriver
from tests.testkit.builders.permits import allowed, redeem
from tests.testkit.builders.screenings import ScreeningDriver, row, screening
from tests.testkit.fakes.dynamodb_tables import PERMITS
from tests.testkit.fakes.permit_signer import InMemoryPermitSigner

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""The order of P-256 (SP 800-186, section 3.2.1.3): r and s are below it."""


def test_repeating_a_redemption_returns_the_same_result(issued: PermitDriver) -> None:
    first = issued.redeem()
    again = issued.redeem(at=LATER)
    other = issued.redeem(run_id="run-2", at=LATER)

    assert again == first
    assert first.until == issued.permit.permit.expires_at
    assert (first.run_id, first.at, other.at) == ("run-1", NOW, LATER)
    assert len(issued.deps.client.tables[PERMITS].items) == 3


def test_a_run_id_used_by_another_caller_is_a_conflict(issued: PermitDriver) -> None:
    issued.redeem()
    issued.deps.caller = Caller.allowed("another", ACME, EVERY_PERMISSION)

    with pytest.raises(ConflictingIdError):
        issued.redeem()


def malleated(compact: str) -> str:
    """The same permit with the other valid signature: (r, n - s)."""
    message, _, signature = compact.rpartition(".")
    raw = from_base64url(signature)
    mirrored = ORDER - int.from_bytes(raw[32:])
    return f"{message}.{base64url(raw[:32] + mirrored.to_bytes(32))}"


def test_a_malleated_signature_is_rejected(issued: PermitDriver) -> None:
    other = malleated(issued.permit.compact)

    assert verify(other, InMemoryPermitSigner().keys) == issued.permit.permit
    with pytest.raises(InvalidPermitSignatureError):
        issued.redeem(permit=other)


@pytest.mark.parametrize(
    ("changed", "error", "field"),
    [
        ({"permit": "e30.e30.e30"}, InvalidPermitSignatureError, "permit"),
        ({"permit": ""}, InvalidPermitSignatureError, "permit"),
        ({"permit": "p\u00e4rmit"}, InvalidPermitSignatureError, "permit"),
        ({"admitted": "0" * 64}, MismatchedPermitError, "admitted"),
        ({"use": {"operation": "pretrain", "service": "general"}}, MismatchedPermitError, "use"),
        ({"model_owner": "third_party"}, MismatchedPermitError, "model_owner"),
        ({"at": NOW + MAX_LIFETIME}, ExpiredPermitError, "exp"),
        ({"at": NOW - timedelta(minutes=1)}, ExpiredPermitError, "nbf"),
    ],
    ids=[
        "forged",
        "empty",
        "text",
        "another file",
        "another use",
        "another owner",
        "expired",
        "early",
    ],
)
def test_a_permit_is_not_redeemed_for_any_other_use(
    issued: PermitDriver, changed: dict[str, Any], error: type[Exception], field: str
) -> None:
    with pytest.raises(error) as raised:
        issued.redeem(**changed)

    assert vars(raised.value)["field"] == field
    assert len(issued.deps.client.tables[PERMITS].items) == 1


def test_a_permit_of_another_manifest_is_rejected(issued: PermitDriver) -> None:
    other = ScreeningDriver(issued.deps)
    other.put([row("ann"), row("bob")])
    second = verify(other.permit(other.screen(screening("s-2"))) or "", InMemoryPermitSigner().keys)
    stored = issued.deps.permits.get(second.jti)
    assert stored

    with pytest.raises(InvalidPermitSignatureError):
        issued.redeem(permit=stored.compact)
    with pytest.raises(MismatchedPermitError):
        redeem(issued.deps, stored, admitted=issued.permit.permit.admitted)


def test_another_customers_permit_is_forbidden_and_a_missing_one_not_found(
    issued: PermitDriver,
) -> None:
    issued.deps.caller = Caller.allowed("admin", "globex")
    with pytest.raises(ForbiddenCustomerError):
        issued.redeem()

    issued.deps.caller = Caller.allowed("admin", ACME, EVERY_PERMISSION)
    issued.deps.client.tables[PERMITS].items.clear()
    with pytest.raises(NotFoundError):
        issued.redeem()


@pytest.mark.promise(9)
def test_stored_permits_contain_no_direct_identifiers(deps: FakeDependencies) -> None:
    deps.caller = Caller.allowed("canary-admin", ACME, EVERY_PERMISSION)
    _, permit = allowed(deps, person="canary-ann")

    redeem(deps, permit)

    stored = repr(deps.client.tables[PERMITS].items) + permit.permit.model_dump_json()
    assert "canary" not in stored
