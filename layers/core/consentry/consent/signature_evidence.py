"""What is kept of a signature: of a typed name a keyed digest, of a JWS all that is needed to verify it again."""

from typing import Self

from consentry.consent.consent_event import ConsentEventContent
from consentry.consent.signing_keys import Kid
from consentry.kernel.schema import StrictModel
from consentry.pseudonyms.customer_key import CustomerKey
from consentry.pseudonyms.encryption import decrypt, encrypt


class SignatureEvidence(StrictModel):
    """What is kept of a signature.

    `name`: the keyed digest of the name that was typed. `kid`: the key that a JWS was verified with; `jws`: that
    JWS without its payload, sealed, since with the public key at hand it would test guesses about the person. With
    it who did the act in the party's place, as it was signed: the record has another name for them.
    """

    name: str | None = None
    kid: Kid | None = None
    jws: str | None = None

    @classmethod
    def from_typed_name(cls, name: str, key: CustomerKey) -> Self:
        """With a name that was typed."""
        return cls(name=key.digest(b"typed name\0" + name.encode("utf-8")))

    @classmethod
    def from_jws(
        cls, kid: str, jws: str, key: CustomerKey, *, party: str, consent_event: ConsentEventContent
    ) -> Self:
        """With a key, by a JWS without its payload, over this act as it was sent."""
        whole = f"{jws} {consent_event.representative.who}" if consent_event.representative else jws
        return cls(
            kid=kid,
            jws=encrypt(
                whole,
                secret=key.secret,
                associated_data=_about(party, consent_event.consent_event_id),
            ),
        )

    def decrypted(self, key: CustomerKey, *, party: str, consent_event_id: str) -> tuple[str, str]:
        """The JWS without its payload, and who did the act; an empty text if the party itself did."""
        whole = decrypt(
            self.jws or "", secret=key.secret, associated_data=_about(party, consent_event_id)
        )
        jws, _, who = whole.partition(" ")  # No JWS has a space, and no id has one.
        return jws, who


def _about(party: str, consent_event_id: str) -> str:
    return f"{party}#{consent_event_id}"
