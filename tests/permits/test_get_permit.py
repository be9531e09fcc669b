"""Permits and redemptions are read one by one and listed page by page, by their customer only."""

from collections.abc import Callable
from typing import Any

import pytest

from consentry.kernel.authorization import EVERY_PERMISSION, Caller
from consentry.kernel.errors import (
    ForbiddenCustomerError,
    InvalidRequestError,
    NotFoundError,
    UnavailableError,
)
from consentry.kernel.ids import token_of
from consentry.permits.get_permit import (
    PermitPage,
    RedemptionPage,
    get_permit,
    get_redemption,
    list_permits,
    list_redemptions,
)
from consentry.permits.redemption import RevocationReason
from tests.testkit.builders.dependencies import ACME, NOW, OPERATOR, FakeDependencies
from tests.testkit.builders.issued_permits import LATER, PermitDriver, revoke
from tests.testkit.builders.screenings import ScreeningDriver, row, screening
from tests.testkit.fakes.dynamodb_tables import PERMITS
from tests.testkit.fakes.faults import UnprocessedKeysClient


def issue_five(issued: PermitDriver) -> list[str]:
    """Issue four more permits: the ids of all, in order."""
    screenings = ScreeningDriver(issued.deps)
    screenings.put([row("ann")])
    for number in range(2, 6):
        screenings.screen(screening(f"s-{number}"))
    items = issued.deps.client.tables[PERMITS].items
    return sorted(f"{ACME}~{token}" for pk, token in items if pk == f"{ACME}#permits")


def permit_page(deps: FakeDependencies, limit: int, page: str | None = None) -> PermitPage:
    return list_permits(ACME, limit=limit, page=page, caller=OPERATOR, at=LATER, deps=deps)


def redemption_page(
    issued: PermitDriver, limit: int, page: str | None = None, caller: Caller = OPERATOR
) -> RedemptionPage:
    id_ = issued.permit.permit.jti
    return list_redemptions(id_, limit=limit, page=page, caller=caller, deps=issued.deps)


def all_pages(load: Callable[[str | None], Any], items: str) -> list[Any]:
    """The items of all pages; every page but the first has some."""
    first = load(None)
    found, page = [*getattr(first, items)], first.next_page
    while page:
        following = load(page)
        assert getattr(following, items)
        found, page = [*found, *getattr(following, items)], following.next_page
    return found


@pytest.mark.parametrize("limit", [1, 2, 4, 5, 6])
def test_all_permits_are_listed_once_whatever_the_size_of_a_page(
    issued: PermitDriver, limit: int
) -> None:
    permit_ids = issue_five(issued)

    found = all_pages(lambda page: permit_page(issued.deps, limit, page), "permits")

    assert [permit.permit_id for permit in found] == permit_ids
    assert len(permit_ids) == 5


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_all_redemptions_are_listed_once_and_a_revocation_is_not_one(
    issued: PermitDriver, limit: int
) -> None:
    redemptions = [issued.redeem(run_id=run_id) for run_id in ("a", "run-1", "z")]
    revoke(issued.deps, issued.permit.permit.jti, OPERATOR)

    found = all_pages(lambda page: redemption_page(issued, limit, page), "redemptions")

    assert found == redemptions


def test_a_permit_is_issued_then_expires_unless_it_is_revoked(issued: PermitDriver) -> None:
    permit = issued.permit.permit

    def read(at: Any) -> Any:
        return get_permit(permit.jti, caller=OPERATOR, at=at, deps=issued.deps)

    fresh, expired = read(LATER), read(permit.expires_at)
    revoke(issued.deps, permit.jti, OPERATOR)
    revoked = read(permit.expires_at)

    assert (fresh.status, expired.status, revoked.status) == ("issued", "expired", "revoked")
    assert fresh.claims == permit
    assert (fresh.revoked_at, fresh.revocation_reason) == (None, None)
    assert (revoked.revoked_at, revoked.revocation_reason) == (NOW, RevocationReason.WITHDRAWN)
    assert permit_page(issued.deps, 1).permits == (read(LATER),)


def test_a_list_shows_which_of_its_permits_are_revoked(issued: PermitDriver) -> None:
    permit_ids = issue_five(issued)
    revoke(issued.deps, permit_ids[2], OPERATOR)

    statuses = [permit.status for permit in permit_page(issued.deps, 5).permits]

    assert statuses == ["issued", "issued", "revoked", "issued", "issued"]


@pytest.mark.promise(4)
def test_a_permit_is_unavailable_while_its_revocation_cannot_be_read(issued: PermitDriver) -> None:
    permit_id = issued.permit.permit.jti
    unread = {permit_id.replace("~", "#permit#"): 10**6}
    deps = FakeDependencies(UnprocessedKeysClient(issued.deps.client, unread))

    with pytest.raises(UnavailableError):
        permit_page(deps, 1)
    with pytest.raises(UnavailableError):
        get_permit(permit_id, caller=OPERATOR, at=NOW, deps=deps)


def test_a_redemption_is_read_by_its_run_id(issued: PermitDriver) -> None:
    redemption, permit_id = issued.redeem(), issued.permit.permit.jti

    assert get_redemption(permit_id, "run-1", caller=OPERATOR, deps=issued.deps) == redemption
    with pytest.raises(NotFoundError):
        get_redemption(permit_id, "run-2", caller=OPERATOR, deps=issued.deps)


def test_an_unknown_permit_is_not_found(issued: PermitDriver) -> None:
    decision_id = issued.decision.decision_id

    with pytest.raises(NotFoundError):
        get_permit(decision_id, caller=OPERATOR, at=NOW, deps=issued.deps)
    with pytest.raises(NotFoundError):
        get_redemption(decision_id, "run-1", caller=OPERATOR, deps=issued.deps)
    with pytest.raises(NotFoundError):
        list_redemptions(decision_id, limit=1, page=None, caller=OPERATOR, deps=issued.deps)


@pytest.mark.parametrize("page", ["", "acme~token", "acme#permits", "A" * 26, f"{'a' * 26}\n"])
def test_an_invalid_page_of_permits_is_rejected(issued: PermitDriver, page: str) -> None:
    with pytest.raises(InvalidRequestError, match="page"):
        permit_page(issued.deps, 1, page)


@pytest.mark.parametrize("page", ["", "run#1", "-", "run-1\n"])
def test_an_invalid_page_of_redemptions_is_rejected(issued: PermitDriver, page: str) -> None:
    with pytest.raises(InvalidRequestError, match="page"):
        redemption_page(issued, 1, page)


@pytest.mark.promise(7)
def test_permits_of_another_customer_are_forbidden(issued: PermitDriver) -> None:
    permit_id, deps = issued.permit.permit.jti, issued.deps
    globex = Caller.allowed("admin", "globex", EVERY_PERMISSION)
    issued.redeem()

    with pytest.raises(ForbiddenCustomerError):
        get_permit(permit_id, caller=globex, at=NOW, deps=deps)
    with pytest.raises(ForbiddenCustomerError):
        get_redemption(permit_id, "run-1", caller=globex, deps=deps)
    with pytest.raises(ForbiddenCustomerError):
        redemption_page(issued, 1, caller=globex)
    with pytest.raises(ForbiddenCustomerError):
        list_permits(ACME, limit=1, page=None, caller=globex, at=NOW, deps=deps)
    page = token_of(permit_id)
    found = list_permits("globex", limit=1, page=page, caller=globex, at=NOW, deps=deps)
    assert found.permits == ()
