"""What acts come to, as told act by act for one use of one category; written without looking at effects."""

from datetime import datetime
from typing import NamedTuple

from consentry.domain.consent.acts import Signature
from consentry.domain.requests import Use
from consentry.domain.vocabulary import DataCategory, Standing
from tests.fakes.strategies import Done
from tests.fakes.worlds import NOW


class Ruling(NamedTuple):
    """Which act rules a cell, and as what."""

    act_id: str
    kind: str
    signed: bool = False
    until: datetime | None = None


def ruling(done: list[Done], use: Use, leaf: DataCategory) -> Ruling | None:
    """The act that rules a cell after these."""
    if not done:
        return None
    *before, (said, form) = done
    was = ruling(before, use, leaf)
    if was and was.kind == "grant" and was.act_id == said.corrects:
        was = Ruling(said.act_id, "withdraw")
    nodes = [leaf] if said.data == "all" else said.data
    named = any(leaf == node or leaf.startswith(f"{node}.") for node in nodes)
    if not named or (said.uses != "all" and use not in said.uses):
        return was
    signed = form is not None and said.signature is not Signature.NONE
    if said.kind == "grant" and not signed and was:
        ended = was.until is not None and was.until <= NOW
        if was.kind != "grant" or (was.signed and not ended):
            return was
    return Ruling(said.act_id, said.kind, signed, said.until)


def replayed(done: list[Done], use: Use, leaf: DataCategory, at: datetime) -> Standing:
    """What the act that rules the cell says."""
    rules = ruling(done, use, leaf)
    if rules is None:
        return Standing.NEVER_ASKED
    if rules.kind != "grant":
        return {"refuse": Standing.REFUSED, "withdraw": Standing.WITHDRAWN}[rules.kind]
    if rules.until and rules.until <= at:
        return Standing.EXPIRED
    return Standing.GRANTED if rules.signed else Standing.DEEMED
