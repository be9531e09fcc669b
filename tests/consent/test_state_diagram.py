"""The state diagram of the documentation has exactly the transitions of the code.

Every history of up to three events runs through the use cases, on the DynamoDB fake.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from consentry.consent.consent_event import ConsentEventKind
from consentry.kernel.requests import Use
from consentry.kernel.vocabulary import ConsentStatus, Operation
from consentry.terms.assignment import AssignedPolicies
from consentry.terms.policy_set import MaterialChange
from tests.testkit.builders.dependencies import (
    ACME,
    FORM_SHA256,
    NOW,
    FakeDependencies,
    consent_event,
    library,
)
from tests.testkit.builders.erasures import erase
from tests.testkit.meeting_words import DataCategory, Service

DOCUMENT = Path(__file__).parents[2] / "layers" / "core" / "CONSENT_STATES.md"
USE = Use(operation=Operation.FINE_TUNE, service=Service.MEETING_SUMMARY)
MINUTE, LIFETIME = timedelta(minutes=1), timedelta(hours=1)
NO_STATES = {ConsentStatus.UNIDENTIFIED, ConsentStatus.UNREADABLE}
STATES = set(ConsentStatus) - NO_STATES
SIGNED: dict[str, Any] = {"form_id": FORM_SHA256, "signature": "click"}

type Transition = tuple[str, str, str]
"""A status, an event, and the status after it."""


def documented() -> set[Transition]:
    """The arrows of the diagram, one for each status and event."""
    (diagram,) = re.findall(r"```mermaid\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
    arrows = re.findall(r"^ *(\w+) --> (\w+): (.+)$", diagram, re.MULTILINE)
    return {
        (source, event, target)
        for start, target, events in arrows
        for event in events.split(", ")
        for source in (STATES if start == "any" else {start})
        if source != target
    }


@dataclass(frozen=True)
class History:
    """A party's history so far: the time, and the material changes of the terms."""

    deps: FakeDependencies
    at: datetime = NOW
    changes: tuple[MaterialChange, ...] = ()

    @property
    def party(self) -> str:
        """The pseudonym of the person; an erasure replaces it."""
        return self.deps.pseudonyms.get_or_create_pseudonyms(ACME, ["ann"])["ann"]

    @property
    def status(self) -> ConsentStatus:
        """The status of the person now, as a decision reads it."""
        state = self.deps.consents.states(ACME, (self.party,))[self.party]
        terms = replace(library().policy_sets["announced"], material=self.changes)
        invalidated = AssignedPolicies(terms).invalidated_before(*vars(USE).values(), at=self.at)
        return state.status(USE, DataCategory.AUDIO, at=self.at, invalidated_before=invalidated)

    def record(self, kind: str, *, ends: bool = False, **fields: Any) -> "History | None":
        """The history after a consent event, a minute later."""
        at = self.at + MINUTE
        until = {"until": (at + LIFETIME).isoformat()} if ends else {}
        event = consent_event(f"e-{at:%d%H%M}", kind, person="ann", **until, **fields)
        self.deps.record(event, at=at)
        return replace(self, at=at)

    def correct(self, **fields: Any) -> "History | None":
        """The history after a grant that corrects the last grant; None if there is none."""
        ids = [
            each.consent_event.consent_event_id
            for each in self.deps.consents.consent_events(ACME, self.party)
            if each.consent_event.kind is ConsentEventKind.GRANT
        ]
        return self.record("grant", corrects=ids[-1], **fields) if ids else None

    def erase(self) -> "History":
        """The history after an erasure."""
        at = self.at + MINUTE
        erase(self.deps, "ann", f"e-{at:%d%H%M}", at=at)
        return replace(self, at=at)

    def change_terms(self) -> "History":
        """The history after a material change."""
        at = self.at + MINUTE
        return replace(self, at=at, changes=(*self.changes, MaterialChange(at, USE.operation)))


type Step = Callable[[History], History | None]

STEPS: tuple[tuple[str, Step], ...] = (
    ("signed grant", lambda history: history.record("grant", **SIGNED)),
    ("signed grant", lambda history: history.record("grant", ends=True, **SIGNED)),
    ("unsigned grant", lambda history: history.record("grant")),
    ("unsigned grant", lambda history: history.record("grant", ends=True)),
    ("unsigned grant", lambda history: history.record("grant", form_id=FORM_SHA256)),
    ("refusal", lambda history: history.record("refusal")),
    ("refusal", lambda history: history.record("refusal", uses="all", data="all")),
    ("withdrawal", lambda history: history.record("withdrawal")),
    ("correction", lambda history: history.correct()),
    ("correction", lambda history: history.correct(data=["customer_content.video"], **SIGNED)),
    ("signed grant", lambda history: history.correct(**SIGNED)),
    ("until passes", lambda history: replace(history, at=history.at + 2 * LIFETIME)),
    ("material change", History.change_terms),
    ("erasure", History.erase),
)


def transitions(history: History, length: int) -> Iterator[Transition]:
    """Every change of the status in the histories of this length that follow."""
    before, tables = history.status, history.deps.client.snapshot()
    for event, step in STEPS if length else ():
        after = step(history)
        if after is not None:
            yield before, event, after.status
            yield from transitions(after, length - 1)
        history.deps.client.restore(tables)


def test_the_state_diagram_has_every_transition_of_the_code_and_no_other(
    named: FakeDependencies,
) -> None:
    found = {each for each in transitions(History(named), 3) if each[0] != each[2]}

    assert found == documented()


def test_the_state_diagram_has_every_status_of_a_party() -> None:
    assert {source for source, _, _ in documented()} == STATES
    assert {target for _, _, target in documented()} == STATES - {ConsentStatus.NEVER_ASKED}
