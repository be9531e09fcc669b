"""The caller of a request: the customers that it may name, and what it may do for them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

from consentry.kernel.errors import (
    ForbiddenCustomerError,
    ForbiddenPermissionError,
    ForbiddenPersonError,
)

ALL = "*"


class Permission(StrEnum):
    """What a caller may do for its customers. No permission includes another one."""

    DECIDE = "decide"
    """Ask for decisions on single uses and on manifests."""
    RECORD_CONSENT = "record_consent"
    """Record grants, refusals and withdrawals."""
    ERASE = "erase"
    """Erase people."""
    REDEEM = "redeem"
    """Redeem data permits."""
    READ = "read"
    """Read everything that is stored."""
    ADMINISTER = "administer"
    """Register forms, signing keys and models; assign terms, renew consent, revoke permits."""


EVERY_PERMISSION = frozenset(Permission)
"""The permissions of the operator of the command line."""


_RESERVED = "consentry:"


def trigger_identity(name: str) -> str:
    """The identity of the callers of a trigger without tokens, such as `queue`. No token gives it."""
    return f"{_RESERVED}{name}"


def token_identity(subject: str) -> str:
    """The identity of a token's subject: the subject itself, unless it looks like that of a trigger."""
    return f"{_RESERVED}sub:{subject}" if subject.startswith(_RESERVED) else subject


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated caller: `identity` as its handler knows it, and the customers that it may name.

    `permissions`: what it may do; denied unless given. `person`: if set, the caller may only record and read the
    consent of this person.
    """

    identity: str = field(repr=False)
    customers: frozenset[str]
    permissions: frozenset[Permission] = frozenset()
    person: str | None = field(default=None, repr=False)

    @classmethod
    def allowed(
        cls,
        identity: str,
        customers: str,
        permissions: Iterable[Permission] = (),
        *,
        person: str | None = None,
    ) -> Self:
        """`customers`: ids separated by spaces, or `*` for all (the operator)."""
        return cls(identity, frozenset(customers.split()), frozenset(permissions), person)

    def names(self, customer: str) -> bool:
        """Whether the identity names this customer, and not only all customers."""
        return customer in self.customers

    def require_customer(self, customer: str) -> None:
        """Raise ForbiddenCustomerError unless this caller may name the customer."""
        if ALL not in self.customers and customer not in self.customers:
            raise ForbiddenCustomerError

    def require(self, customer: str, permission: Permission) -> None:
        """Raise unless this caller may do this for the customer and for all of its people.

        ForbiddenCustomerError, ForbiddenPermissionError; ForbiddenPersonError for a caller that is limited to one
        person. INVARIANT: each use case calls this, or `require_party`, before it reads anything.
        """
        self._require(customer, permission)
        if self.person is not None:
            raise ForbiddenPersonError

    def require_party(self, customer: str, permission: Permission, person: str | None) -> None:
        """Raise unless this caller may do this for one party: the customer itself (None) or a person of it.

        The errors are those of `require`.
        """
        self._require(customer, permission)
        if self.person not in (None, person):
            raise ForbiddenPersonError

    def _require(self, customer: str, permission: Permission) -> None:
        self.require_customer(customer)
        if permission not in self.permissions:
            raise ForbiddenPermissionError(permission)
