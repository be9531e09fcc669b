"""What keeping the keys that customers sign with asks of the world."""

from datetime import datetime
from typing import Protocol

from consentry.domain.consent.signing_keys import KeyRecord


class SigningKeys(Protocol):
    """The public keys that each customer signs acts with."""

    def register(self, customer: str, record: KeyRecord) -> KeyRecord:
        """Keep a key; returns it as it is kept. The same key again stays as it was, revoked if it was revoked."""
        ...

    def revoke(self, customer: str, record: KeyRecord, *, at: datetime, by: str) -> KeyRecord:
        """Once this returns, no act that the key signed is kept. Revoked already, it stays so since then."""
        ...

    def of(self, customer: str, kid: str) -> KeyRecord | None:
        """The key of this thumbprint, strongly consistent, if the customer registered it."""
        ...
