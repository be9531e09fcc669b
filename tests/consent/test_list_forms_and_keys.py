"""Forms and signing keys can be read one by one and listed page by page, by their own customer only."""

from datetime import timedelta

import pytest
from joserfc.jwk import ECKey

from consentry.consent.form_registry import FormPage, get_form, list_forms
from consentry.consent.forms import Form
from consentry.consent.key_registry import SigningKeyPage, get_key, list_keys
from consentry.consent.signing_keys import SigningJwk, SigningKey
from consentry.kernel.authorization import EVERY_PERMISSION, Caller
from consentry.kernel.errors import ForbiddenCustomerError, InvalidRequestError, NotFoundError
from tests.testkit.builders.dependencies import ACME, FORM, NOW, OPERATOR, FakeDependencies

KIDS = 5
REVOKED = range(0, KIDS, 2)


@pytest.fixture
def form_ids(deps: FakeDependencies) -> list[str]:
    granted_on = deps.consents.register(FORM, at=NOW).form_id
    others = [
        deps.consents.register(Form(**dict(FORM) | {"text": f"May we? {number}"}), at=NOW).form_id
        for number in range(4)
    ]
    return sorted([granted_on, *others])


@pytest.fixture
def kids(deps: FakeDependencies) -> list[str]:
    pairs = [ECKey.generate_key("P-256") for _ in range(KIDS)]
    keys = [
        SigningKey(
            kid=pair.thumbprint(),
            jwk=SigningJwk.read(pair.as_dict(private=False)),
            party="customer",
            at=NOW,
            registered_by="pseudonym",
        )
        for pair in pairs
    ]
    for number, key in enumerate(keys):
        deps.signing_keys.register(ACME, key)
        if number in REVOKED:
            deps.signing_keys.revoke(ACME, key, at=NOW + timedelta(days=1), by="pseudonym")
    return sorted(key.kid for key in keys)


def form_page(deps: FakeDependencies, limit: int, page: str | None = None) -> FormPage:
    return list_forms(ACME, limit=limit, page=page, caller=OPERATOR, deps=deps)


def key_page(deps: FakeDependencies, limit: int, page: str | None = None) -> SigningKeyPage:
    return list_keys(ACME, limit=limit, page=page, caller=OPERATOR, deps=deps)


@pytest.mark.parametrize("limit", [1, 2, 4, 5, 6])
def test_all_forms_are_listed_once_whatever_the_size_of_a_page(
    deps: FakeDependencies, form_ids: list[str], limit: int
) -> None:
    first = form_page(deps, limit)
    found, page = list(first.forms), first.next_page
    while page:
        following = form_page(deps, limit, page)
        assert following.forms
        found, page = [*found, *following.forms], following.next_page

    assert [form.form_id for form in found] == form_ids


@pytest.mark.parametrize("limit", [1, 2, 4, 5, 6])
def test_all_keys_are_listed_once_with_their_revocations(
    deps: FakeDependencies, kids: list[str], limit: int
) -> None:
    first = key_page(deps, limit)
    found, page = list(first.keys), first.next_page
    while page:
        following = key_page(deps, limit, page)
        assert following.keys
        found, page = [*found, *following.keys], following.next_page

    assert [key.kid for key in found] == kids
    assert sum(key.revoked_at is not None for key in found) == len(REVOKED)
    assert found == list(deps.signing_keys.list(ACME))


def test_a_form_is_read_with_its_text_and_a_key_with_its_revocation(
    deps: FakeDependencies, form_ids: list[str], kids: list[str]
) -> None:
    form = get_form(ACME, form_ids[0], caller=OPERATOR, deps=deps)
    key = get_key(ACME, kids[0], caller=OPERATOR, deps=deps)

    assert form.form_id == form_ids[0]
    assert form.registered_at == NOW
    assert form == deps.consents.form(ACME, form_ids[0])
    assert key == deps.signing_keys.get(ACME, kids[0])


def test_an_unknown_form_or_key_is_not_found(deps: FakeDependencies) -> None:
    with pytest.raises(NotFoundError):
        get_form(ACME, "0" * 64, caller=OPERATOR, deps=deps)
    with pytest.raises(NotFoundError):
        get_key(ACME, "A" * 43, caller=OPERATOR, deps=deps)


@pytest.mark.parametrize("page", ["", "acme#form", "0" * 63, "A" * 44, f"{'0' * 64}\n"])
def test_an_invalid_page_is_rejected(deps: FakeDependencies, page: str) -> None:
    with pytest.raises(InvalidRequestError, match="page"):
        form_page(deps, 1, page)
    with pytest.raises(InvalidRequestError, match="page"):
        key_page(deps, 1, page)


def test_forms_and_keys_of_another_customer_are_forbidden(
    deps: FakeDependencies, form_ids: list[str], kids: list[str]
) -> None:
    globex = Caller.allowed("admin", "globex", EVERY_PERMISSION)

    with pytest.raises(ForbiddenCustomerError):
        get_form(ACME, form_ids[0], caller=globex, deps=deps)
    with pytest.raises(ForbiddenCustomerError):
        list_forms(ACME, limit=1, page=None, caller=globex, deps=deps)
    with pytest.raises(ForbiddenCustomerError):
        get_key(ACME, kids[0], caller=globex, deps=deps)
    with pytest.raises(ForbiddenCustomerError):
        list_keys(ACME, limit=1, page=None, caller=globex, deps=deps)
    assert list_forms("globex", limit=1, page=form_ids[0], caller=globex, deps=deps).forms == ()
    assert list_keys("globex", limit=1, page=kids[0], caller=globex, deps=deps).keys == ()
