"""People's states as one run of a screening leaves them for the next: for its use alone, unnamed, sealed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from pydantic import TypeAdapter

from consentry.consent.status import PartyState
from consentry.kernel.errors import UnavailableError
from consentry.kernel.requests import Use
from consentry.kernel.vocabulary import DataCategory, Operation, Service
from consentry.pseudonyms.customer_key import CustomerKey
from consentry.pseudonyms.encryption import decrypt, encrypt


@dataclass(frozen=True, slots=True)
class _Part:
    """`people`: for each the number of its state, by the place of its name (a keyed digest)."""

    states: tuple[PartyState, ...]
    people: dict[str, int]


def limit_to_use(state: PartyState, use: Use) -> PartyState:
    """The part of a state that a screening for one use needs, without the ids of consent events."""
    rules = (
        replace(rule, consent_event_id="", consent_scope=consent_scope, wording=None)
        for rule in state.rules
        if (
            consent_scope := frozenset(
                c for c in rule.consent_scope if c[:2] == (use.operation, use.service)
            )
        )
    )
    return replace(state, rules=tuple(rules))


def encrypt_states(
    states: Mapping[str, PartyState], *, key: CustomerKey, associated_data: str
) -> bytes:
    """States by place as one sealed part, which opens for what it is `about` and for nothing else."""
    numbers: dict[PartyState, int] = {}
    people = {place: numbers.setdefault(s, len(numbers)) for place, s in states.items()}
    text = _codec().dump_json(_Part(tuple(numbers), people)).decode("utf-8")
    return encrypt(text, secret=key.secret, associated_data=_about(associated_data)).encode("ascii")


def decrypt_states(
    part: bytes, *, key: CustomerKey, associated_data: str
) -> Mapping[str, PartyState] | None:
    """The states of a part; None if it is damaged, or not what this key sealed about just this."""
    try:
        text = decrypt(
            part.decode("ascii"), secret=key.secret, associated_data=_about(associated_data)
        )
    except (UnavailableError, ValueError):
        return None
    opened = _codec().validate_json(text)
    return {place: opened.states[number] for place, number in opened.people.items()}


def _about(associated_data: str) -> str:
    # The vocabulary too: a part that was written before a category was added says nothing about it.
    return f"screening checkpoint: {','.join((*Operation, *Service, *DataCategory))}: {associated_data}"


@cache
def _codec() -> TypeAdapter[_Part]:
    return TypeAdapter(_Part)
