"""The public keys that customers sign consent events with, in the consent table."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from consentry.aws.table import Key, Table
from consentry.consent.items import signing_key_key
from consentry.consent.signing_keys import SigningKey


@dataclass(frozen=True)
class SigningKeyRepository:
    """Signing keys by thumbprint. A revocation is an item of its own, next to the key's."""

    table: Table

    def register(self, customer: str, record: SigningKey) -> SigningKey:
        """Store a key and return it as stored: the same key again stays as it was, also if it was revoked."""
        self._put(signing_key_key(customer, record.kid), record)
        return self.of(customer, record.kid) or record

    def revoke(self, customer: str, record: SigningKey, *, at: datetime, by: str) -> SigningKey:
        """Revoke a key; once this returns, no event that it signed is stored. An earlier revocation stays."""
        revoked = record.model_copy(update={"revoked_at": at, "revoked_by": by})
        self._put(signing_key_key(customer, record.kid, revoked=True), revoked)
        return self.of(customer, record.kid) or revoked

    def of(self, customer: str, kid: str) -> SigningKey | None:
        """The key of this thumbprint, strongly consistent; with its revocation if there is one."""
        # A revocation holds the whole record, so nothing else needs to be read.
        item = self.table.get(signing_key_key(customer, kid, revoked=True))
        item = item or self.table.get(signing_key_key(customer, kid))
        return SigningKey.model_validate_json(item["key"]) if item else None

    def all(self, customer: str) -> tuple[SigningKey, ...]:
        """All keys of a customer in the order of their thumbprints, each with its revocation if there is one."""
        return tuple(self.after(customer, None))

    def after(self, customer: str, kid: str | None) -> Iterator[SigningKey]:
        """The same keys; only those after `kid`, if given."""
        partition, revocation = signing_key_key(customer, kid or "", revoked=True)
        found = self.table.query(partition, after=revocation if kid else None)
        keys = (SigningKey.model_validate_json(item["key"]) for _, item in found)
        for _, records in groupby(keys, attrgetter("kid")):
            *_, latest = records  # `<kid>#revoked` follows `<kid>`, and holds the whole record.
            yield latest

    def _put(self, key: Key, record: SigningKey) -> None:
        # An item that is there already stays: perhaps it is this one, and only the response was lost.
        self.table.put_if_absent(key, {"key": record.model_dump_json()})
