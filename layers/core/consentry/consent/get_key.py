"""Show the public keys that a customer registered to sign consent events with."""

from dataclasses import dataclass

from consentry.consent.open import ConsentDependencies
from consentry.consent.signing_keys import KID, SigningKey
from consentry.kernel.authorization import Caller
from consentry.kernel.errors import NotFoundError
from consentry.kernel.pages import require_page, take_page


@dataclass(frozen=True, slots=True)
class SigningKeyPage:
    """Some of a customer's keys in the order of their ids; `next_page` is None on the last page."""

    keys: tuple[SigningKey, ...]
    next_page: str | None


def get_key(customer: str, kid: str, *, caller: Caller, deps: ConsentDependencies) -> SigningKey:
    """One key, with its revocation if there is one. Raises ForbiddenCustomerError, NotFoundError."""
    caller.require(customer)
    key = deps.signing_keys.get(customer, kid)
    if key is None:
        raise NotFoundError("key")
    return key


def list_keys(
    customer: str, *, limit: int, page: str | None, caller: Caller, deps: ConsentDependencies
) -> SigningKeyPage:
    """A page of a customer's keys, including revoked ones. Raises ForbiddenCustomerError, InvalidRequestError."""
    caller.require(customer)
    require_page(page, KID)
    keys, more = take_page(deps.signing_keys.list(customer, after=page), limit)
    return SigningKeyPage(keys, keys[-1].kid if more else None)
