"""Options and arguments that several commands have, and the checks of their values."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

from cyclopts import Parameter

from consentry.consent.consent_event import Party, read_party
from consentry.kernel.schema import Id, PersonId, StrictModel, UtcDatetime

StackName = Annotated[
    str | None,
    Parameter(help="A deployed stack. Without it, environment variables name the tables."),
]
InputFile = Annotated[Path, Parameter(allow_leading_hyphen=True)]
"""A file to read; `-` is the standard input."""

TemplateFile = Annotated[Path, Parameter(help="The template to run.")]

CustomerId = Annotated[str, Parameter(help="The customer's id.")]
PersonArgument = Annotated[
    str, Parameter(help="The person's id, as the customer has it.", allow_leading_hyphen=True)
]
OptionalPerson = Annotated[
    str | None,
    Parameter(help="One of the customer's people. Or name the --party.", allow_leading_hyphen=True),
]
PartyName = Annotated[
    str | None, Parameter(help="`customer`: the customer itself. Or name a --person.")
]
AsJson = Annotated[bool, Parameter(negative=(), help="Print JSON, for a program.")]

USES = "An operation for a service: OPERATION/SERVICE; repeatable."
DATA = "A data category or a branch; repeatable. `consentry vocabulary show` lists them."


class CustomerQuery(StrictModel):
    """A customer."""

    customer: Id


class PersonQuery(CustomerQuery):
    """One of a customer's people."""

    person: PersonId


class PartyQuery(CustomerQuery):
    """A customer or one of its people, as of a time."""

    party: Party
    at: UtcDatetime | None = None


class ConsentEventQuery(CustomerQuery):
    """One consent event of a party."""

    party: Party
    consent_event: Id


@Parameter(name="*")
@dataclass
class EventOptions:
    """The party of a consent event, and who acted for it.

    Parameters
    ----------
    consent_event_id
        Repeating an id records nothing new. Without it, a new id is created.
    representative
        The person who acted for the party. Also set --authority.
    authority
        The authority of the representative: guardian, representative or administrator.
    corrects
        An earlier consent event of the party that this one corrects. It remains stored.
    done_at
        When the party acted, if that was earlier: 2026-01-01T00:00:00Z.
    expected_version
        Record it only if the party's consent has this version.
    """

    party: PartyName = None
    person: OptionalPerson = None
    consent_event_id: str | None = None
    representative: str | None = None
    authority: str | None = None
    corrects: str | None = None
    done_at: str | None = None
    expected_version: int | None = None

    def fields(self) -> dict[str, Any]:
        """The fields of the consent event."""
        representative = {"who": self.representative, "authority": self.authority}
        return {
            "consent_event_id": self.consent_event_id or f"operator-{uuid4()}",
            "party": read_party(self.party, self.person),
            "representative": representative if any(representative.values()) else None,
            "corrects": self.corrects,
            "done_at": self.done_at,
            "expected_version": self.expected_version,
        }


@Parameter(name="*")
@dataclass
class ScopeOptions:
    """The uses and data of a refusal or withdrawal."""

    uses: Annotated[list[str] | None, Parameter(name="--use", help=f"{USES} Without it, all.")] = (
        None
    )
    data: Annotated[list[str] | None, Parameter(help=f"{DATA} Without it, all.")] = None

    def fields(self) -> dict[str, Any]:
        """The fields of the consent event."""
        return {"uses": parse_uses(self.uses) if self.uses else "all", "data": self.data or "all"}


@Parameter(name="*")
@dataclass
class SignatureOptions:
    """The form of a consent event, its signature, and when it expires.

    Parameters
    ----------
    form_id
        The id of the form that was shown: the SHA-256 of its text.
    signature
        How the form was signed: none, click, typed_name or jws.
    typed_name
        The name that was typed. Only its keyed digest is stored.
    jws
        The compact JWS over the consent event, by a key that the customer registered.
    until
        When the grant expires: 2027-01-01T00:00:00Z.
    """

    form_id: Annotated[str | None, Parameter(name="--form")] = None
    signature: str = "none"
    typed_name: str | None = None
    jws: str | None = None
    until: str | None = None


def parse_uses(words: list[str]) -> list[dict[str, str]]:
    """The uses that words such as fine_tune/meeting_summary name."""
    pairs = (word.partition("/") for word in words)
    return [{"operation": operation, "service": service} for operation, _, service in pairs]
