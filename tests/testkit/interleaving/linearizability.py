"""Checks that a history is linearizable: explained by one sequential order (Wing and Gong, 1993)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby

ALLOW, DENY, DONE = "allow", "deny", "done"


@dataclass(frozen=True, slots=True)
class Operation:
    """A consent event of a party (`kind`: grant, withdrawal, ...) or a request (`kind`: decide).

    Equal ids mean the same operation.
    """

    kind: str
    id: str
    party: str = "customer"


@dataclass(frozen=True, slots=True)
class Event:
    """A delivery of an operation begins (`answer` is None) or answers."""

    delivery: tuple[object, ...]
    operation: Operation
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery of an operation: between its first step and its answer (None: it never answered)."""

    operation: Operation
    began: int
    ended: int | None = None
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class Ledger:
    """The sequential object: the consent events, and each request with its answer.

    `decided` has, for each request: its id, its answer, and how many consent events there were.
    """

    consent_events: tuple[Operation, ...]
    decided: tuple[tuple[str, str, int], ...] = ()

    def apply(self, operation: Operation) -> tuple["Ledger", str]:
        """The object after an operation, and its answer."""
        if operation.kind == "decide":
            return self._apply_decision(operation.id)
        if operation in self.consent_events:
            return self, DONE
        return replace(self, consent_events=(*self.consent_events, operation)), DONE

    def _apply_decision(self, request: str) -> tuple["Ledger", str]:
        earlier = next((each for each in self.decided if each[0] == request), None)
        if earlier and (earlier[1] == DENY or earlier[2] == len(self.consent_events)):
            return self, earlier[1]
        # The first answer follows from the consent events. A later one can only turn an allow into a denial.
        answer = DENY if earlier or not self._granted() else ALLOW
        others = tuple(each for each in self.decided if each is not earlier)
        return replace(self, decided=(*others, (request, answer, len(self.consent_events)))), answer

    def _granted(self) -> bool:
        last = {consent_event.party: consent_event.kind for consent_event in self.consent_events}
        return last.get("customer") == "grant" and set(last.values()) == {"grant"}


def canonical(history: tuple[Event, ...]) -> tuple[Event, ...]:
    """The history with each run of begins, and each run of answers, in one fixed order.

    Linearizability depends only on which deliveries answer before others begin. So histories
    with the same canonical form have the same result, and the explorer visits fewer states.
    """
    runs = groupby(history, key=lambda event: event.answer is None)
    return tuple(event for _, run in runs for event in sorted(run, key=lambda e: e.delivery))


def deliveries_of(history: tuple[Event, ...]) -> frozenset[Delivery]:
    """The deliveries of a history, each with the positions of its begin and its answer."""
    deliveries: dict[tuple[object, ...], Delivery] = {}
    for position, event in enumerate(history):
        if event.answer is None:
            deliveries[event.delivery] = Delivery(event.operation, position)
        else:
            begun = deliveries[event.delivery]
            deliveries[event.delivery] = replace(begun, ended=position, answer=event.answer)
    return frozenset(deliveries.values())


@cache
def linearizable(deliveries: frozenset[Delivery], ledger: Ledger) -> bool:
    """Whether an order of the deliveries that respects time gives these answers.

    A delivery that never answered may have taken effect at any time since it began, or not at all.
    """
    if all(each.ended is None for each in deliveries):
        return True
    return any(_can_be_first(each, deliveries, ledger) for each in _candidates(deliveries))


def _can_be_first(each: Delivery, deliveries: frozenset[Delivery], ledger: Ledger) -> bool:
    after, answer = ledger.apply(each.operation)
    if each.answer not in (None, answer):
        return False
    return linearizable(deliveries - {each}, after)


def _candidates(deliveries: frozenset[Delivery]) -> Iterator[Delivery]:
    """The deliveries that can be first: no other delivery ended before they began."""
    earliest_end = min(each.ended for each in deliveries if each.ended is not None)
    return (each for each in deliveries if each.began <= earliest_end)
