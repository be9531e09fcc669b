"""What an operator says of an act: whose it is, what it speaks of, how it was signed."""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import uuid4

from cyclopts import Parameter

USES = "An operation for a service, as fine_tune/meeting_summary; once or more."
DATA = "A data category or a branch of them, as customer_content; once or more."


@Parameter(name="*")
@dataclass
class EventOptions:
    """Whose act it is, which one, and who did it in the party's place.

    Parameters
    ----------
    person
        One of the customer's people; without it, the customer itself.
    consent_event_id
        The same id again is the same act. Without it, a new one.
    representative
        Who did it in the party's place, by the authority that --authority names.
    authority
        guardian, representative or administrator.
    corrects
        An earlier act of the party, which this one corrects; it stays as it was.
    """

    person: str | None = None
    consent_event_id: str | None = None
    representative: str | None = None
    authority: str | None = None
    corrects: str | None = None

    def fields(self) -> dict[str, Any]:
        """These fields of an act."""
        representative = {"who": self.representative, "authority": self.authority}
        return {
            "consent_event_id": self.consent_event_id or f"operator-{uuid4()}",
            "person": self.person,
            "representative": representative if any(representative.values()) else None,
            "corrects": self.corrects,
        }


@Parameter(name="*")
@dataclass
class ScopeOptions:
    """What it speaks of."""

    uses: Annotated[list[str] | None, Parameter(name="--use", help=f"{USES} Without it, all.")] = (
        None
    )
    data: Annotated[list[str] | None, Parameter(help=f"{DATA} Without it, all.")] = None

    def fields(self) -> dict[str, Any]:
        """These fields of an act."""
        return {"uses": parse_uses(self.uses) if self.uses else "all", "data": self.data or "all"}


@Parameter(name="*")
@dataclass
class SignatureOptions:
    """On which form, signed how, until when.

    Parameters
    ----------
    form_id
        SHA-256 of the form that was shown.
    signature
        none, click, typed_name or jws.
    typed_name
        The name that was typed; only its keyed digest is kept.
    jws
        The compact JWS over the act, by a key that the customer registered.
    until
        When it ends: 2027-01-01T00:00:00Z.
    """

    form_id: Annotated[str | None, Parameter(name="--form")] = None
    signature: str = "none"
    typed_name: str | None = None
    jws: str | None = None
    until: str | None = None


def parse_uses(words: list[str]) -> list[dict[str, str]]:
    """The uses that words as fine_tune/meeting_summary name."""
    pairs = (word.partition("/") for word in words)
    return [{"operation": operation, "service": service} for operation, _, service in pairs]
