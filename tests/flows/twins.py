"""Deciding flows that look right and are not: the harness must catch each of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Self

from consentry.aws.consent_table import ConsentTable
from consentry.aws.decision_table import DecisionTable, item_of
from consentry.domain.consent.standings import PartyState
from consentry.domain.decision.decision import Decision, decide
from consentry.domain.decision.evidence import facts_of
from consentry.domain.decision.fence import Fence
from consentry.domain.errors import AlreadyDecidedError
from consentry.domain.log.log_row import LogRow
from consentry.domain.requests import DataUseRequest
from consentry.flows.asking import asked_of
from consentry.flows.decide_use import _read_consents
from tests.fakes.actors import Tell
from tests.fakes.names import FixedKeys
from tests.fakes.worlds import ACME, World


def answer_then_log(world: World, request: DataUseRequest, at: datetime, tell: Tell) -> None:
    """Answers first, so that nobody waits for the log."""
    decided, fence = _decided(world, request, at)
    earlier = world.decisions.latest(decided.decision_id)
    if earlier:
        tell(earlier)
        return
    tell(decided)
    world.decisions.commit(decided, fence)


def stored_result_replayed(world: World, request: DataUseRequest, at: datetime, tell: Tell) -> None:
    """Replays what it once answered under an id, as an idempotency cache does."""
    decided, fence = _decided(world, request, at)
    earlier = world.decisions.latest(decided.decision_id)
    if earlier is None:
        world.decisions.commit(decided, fence)
    tell(earlier or decided)


def strong_read_then_put(world: World, request: DataUseRequest, at: datetime, tell: Tell) -> None:
    """Reads consents strongly consistent, then puts the decision without looking at them again."""
    assert isinstance(world.decisions, DecisionTable)
    twin = replace(world)
    twin.decisions = Unfenced(world.decisions)
    tell(twin.decide(request, at=at))


@dataclass(frozen=True)
class Unfenced:
    """A log whose commit checks that the id is new, and nothing else."""

    table: DecisionTable

    def latest(self, decision_id: str) -> LogRow | None:
        """As the table has it."""
        return self.table.latest(decision_id)

    def commit(self, decision: LogRow, fence: Fence) -> None:
        """A conditional put."""
        client: Any = self.table.client()
        absent = "attribute_not_exists(pk)"
        try:
            client.put_item(
                TableName=self.table.table, Item=item_of(decision), ConditionExpression=absent
            )
        except client.exceptions.ConditionalCheckFailedException:
            if self.table.latest(decision.decision_id) != decision:
                raise AlreadyDecidedError from None


def states_before_epochs(world: World, request: DataUseRequest, at: datetime, tell: Tell) -> None:
    """Reads the epochs when it has read the states already: an act in between moves nothing."""
    twin = replace(world)
    twin.consents = Hasty.over(world.consents)
    tell(twin.decide(request, at=at))


@dataclass(frozen=True)
class Hasty(ConsentTable):
    """Consents whose states are read first, whatever order they are asked in."""

    parties: tuple[str, ...] = ("customer", *FixedKeys().names_of(ACME, ["ann"]).values())
    early: list[Mapping[str, PartyState]] = field(default_factory=list)

    @classmethod
    def over(cls, table: ConsentTable) -> Self:
        """The same table."""
        return cls(**vars(table))

    def epochs(self, customer: str) -> tuple[int, ...]:
        """The epochs, too late."""
        self.early[:] = [super().states(customer, self.parties)]
        return super().epochs(customer)

    def states(self, customer: str, parties: Sequence[str]) -> Mapping[str, PartyState]:
        """What was read before the epochs."""
        return self.early.pop() if self.early else super().states(customer, parties)


def _decided(world: World, request: DataUseRequest, at: datetime) -> tuple[Decision, Fence]:
    names = world.keys.names_of(request.customer, (each.person for each in request.people))
    request, facts = request.naming(names), facts_of(request)
    books = world.binding.books(world.library)
    fence, evidence = _read_consents(request, facts, world.consents, books, at)
    asked = asked_of(request, world.caller, world.keys.key_of(request.customer))
    decided = decide(asked, facts, evidence, world.binding, world.library, at=at)
    return decided, fence
