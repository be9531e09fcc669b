"""People's states as one run of a screening leaves them for the next: for its use alone, unnamed, sealed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from pydantic import TypeAdapter

from consentry.domain.consent.standings import PartyState
from consentry.domain.errors import UnansweredError
from consentry.domain.naming import CustomerKey
from consentry.domain.requests import Use
from consentry.domain.sealing import seal, unseal
from consentry.domain.vocabulary import DataCategory, Operation, Service


@dataclass(frozen=True, slots=True)
class _Part:
    """`people`: for each the number of its state, by the place of its name (a keyed digest)."""

    states: tuple[PartyState, ...]
    people: dict[str, int]


def for_use(state: PartyState, use: Use) -> PartyState:
    """As much of a state as a screening for one use looks at, without the ids of acts."""
    effects = (
        replace(effect, act_id="", cells=cells, spoken=None)
        for effect in state.effects
        if (cells := frozenset(c for c in effect.cells if c[:2] == (use.operation, use.service)))
    )
    return replace(state, effects=tuple(effects))


def seal_states(states: Mapping[str, PartyState], *, key: CustomerKey, about: str) -> bytes:
    """States by place as one sealed part, which opens for what it is `about` and for nothing else."""
    numbers: dict[PartyState, int] = {}
    people = {place: numbers.setdefault(s, len(numbers)) for place, s in states.items()}
    text = _codec().dump_json(_Part(tuple(numbers), people)).decode("utf-8")
    return seal(text, secret=key.secret, about=_about(about)).encode("ascii")


def open_states(part: bytes, *, key: CustomerKey, about: str) -> Mapping[str, PartyState] | None:
    """The states of a part; None if it is damaged, or not what this key sealed about just this."""
    try:
        text = unseal(part.decode("ascii"), secret=key.secret, about=_about(about))
    except (UnansweredError, ValueError):
        return None
    opened = _codec().validate_json(text)
    return {place: opened.states[number] for place, number in opened.people.items()}


def _about(about: str) -> str:
    # The words too: a part that was made before there was another one says nothing of it.
    return f"kept states: {','.join((*Operation, *Service, *DataCategory))}: {about}"


@cache
def _codec() -> TypeAdapter[_Part]:
    return TypeAdapter(_Part)
