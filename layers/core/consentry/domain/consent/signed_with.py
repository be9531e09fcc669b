"""What is kept of a signature: of a typed name a keyed digest, of a JWS all that is needed to verify it again."""

from typing import Self

from consentry.domain.consent.acts import Act
from consentry.domain.consent.signing_keys import Kid
from consentry.domain.contract import Document
from consentry.domain.naming import CustomerKey
from consentry.domain.sealing import seal, unseal


class SignedWith(Document):
    """What is kept of a signature.

    `name`: the keyed digest of the name that was typed. `kid`: the key that a JWS was verified with; `jws`: that
    JWS without its payload, sealed, since with the public key at hand it would test guesses about the person. With
    it who did the act in the party's place, as it was signed: the record has another name for them.
    """

    name: str | None = None
    kid: Kid | None = None
    jws: str | None = None

    @classmethod
    def by_name(cls, name: str, key: CustomerKey) -> Self:
        """With a name that was typed."""
        return cls(name=key.digest(b"typed name\0" + name.encode("utf-8")))

    @classmethod
    def by_key(cls, kid: str, jws: str, key: CustomerKey, *, party: str, act: Act) -> Self:
        """With a key, by a JWS without its payload, over this act as it was sent."""
        whole = f"{jws} {act.done_by.who}" if act.done_by else jws
        return cls(kid=kid, jws=seal(whole, secret=key.secret, about=_about(party, act.act_id)))

    def unsealed(self, key: CustomerKey, *, party: str, act_id: str) -> tuple[str, str]:
        """The JWS without its payload, and who did the act; an empty text if the party itself did."""
        whole = unseal(self.jws or "", secret=key.secret, about=_about(party, act_id))
        jws, _, who = whole.partition(" ")  # No JWS has a space, and no id has one.
        return jws, who


def _about(party: str, act_id: str) -> str:
    return f"{party}#{act_id}"
