"""Runs a random history through the real use cases, and compares each answer with the naive model."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count, product

from consentry.consent.consent_event import ConsentEvent
from consentry.consent.forms import Form
from consentry.consent.get_consent import get_consent
from consentry.consent.record_consent import RecordedConsent
from consentry.kernel import errors
from consentry.kernel.requests import DataUseRequest
from consentry.kernel.vocabulary import using
from consentry.terms.assignment import Assignment
from tests.testkit.builders.assignments import assign
from tests.testkit.builders.dependencies import ACME, FakeDependencies, party_of
from tests.testkit.builders.erasures import erase
from tests.testkit.fakes.dynamodb import FakeDynamoDB
from tests.testkit.fakes.dynamodb_tables import create_tables
from tests.testkit.fakes.pseudonym_repository import seeded
from tests.testkit.oracles.naive_history import (
    Assigned,
    Cell,
    Erased,
    Event,
    Happening,
    NaiveModel,
    Registered,
    Request,
    within,
)
from tests.testkit.random_histories import PARTIES, PEOPLE, Deployment, Step

ERRORS: dict[type[errors.FieldError], str] = {
    errors.ErasedError: "erased",
    errors.ConflictingIdError: "conflicting_id",
    errors.ConflictingVersionError: "conflicting_version",
    errors.UnknownFormError: "unknown_form",
    errors.UncoveredByFormError: "uncovered_by_form",
}


@dataclass
class Comparison:
    """One customer with empty tables, and what the naive model knows of it. Differences are collected."""

    deployment: Deployment
    model: NaiveModel
    seen: Counter[str] = field(default_factory=Counter)
    history: list[Happening] = field(default_factory=list)
    differences: list[tuple[str, object, object]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        client = FakeDynamoDB()
        create_tables(client)
        self.deps = FakeDependencies(
            client, pseudonyms=seeded(client, ACME), library=self.deployment.library
        )

    def run(self, steps: Sequence[Step]) -> bool:
        """Whether every answer is that of the model."""
        with using(lambda: self.deployment.words):
            for step in steps:
                self.apply(step)
            self.compare_statuses(steps)
        return not self.differences

    def apply(self, step: Step) -> None:
        match step:
            case Request():
                self.decide(step)
            case Registered():
                self.deps.consents.register(self.form(step), at=step.at)
                self.history.append(step)
            case Assigned():
                self.assign(step, is_default=not self.history)
                self.history.append(step)
            case Erased():
                self.erase(step)
            case Event():
                self.record(step)

    # -- Consent events -----------------------------------------------------------------------

    def record(self, event: Event) -> None:
        expected = self.model.answer(self.history, event)
        answer: object
        try:
            recorded = self.deps.record(self.consent_event(event), at=event.at)
        except errors.FieldError as error:
            answer = ERRORS.get(type(error), error.field)
            agrees = answer in expected.errors
            self.seen[f"error {answer}"] += 1
        else:
            answer = frozenset(recorded.record.superseded_by)
            agrees = not expected.errors and answer == expected.superseded_by
            self.count_event(event, recorded, repeated=expected.repeated)
        if not agrees:
            self.differences.append((f"record {event}", expected, answer))
        if not expected.errors and not expected.repeated:
            self.history.append(event)

    def count_event(self, event: Event, recorded: RecordedConsent, *, repeated: bool) -> None:
        self.seen[f"recorded {event.kind} {event.signature}"] += 1
        self.seen["recorded late"] += event.made < event.at
        self.seen["recorded ahead"] += event.made > event.at
        self.seen["recorded correction"] += event.corrects is not None
        self.seen["recorded with expected_version"] += event.expected_version is not None
        self.seen["repeated event"] += repeated
        self.seen["superseded grant"] += bool(recorded.record.superseded_by)
        for happening in self.history:
            if isinstance(happening, Erased) and happening.person == event.party:
                self.seen[f"recorded {event.kind} after an erasure"] += 1

    def consent_event(self, event: Event) -> ConsentEvent:
        document: dict[str, object] = {
            "consent_event_id": event.event_id,
            "customer": ACME,
            "party": party_of(None if event.party == "customer" else event.party),
            "kind": event.kind,
            "uses": event.uses
            if event.uses == "all"
            else [
                {"operation": operation, "service": service} for operation, service in event.uses
            ],
            "data": event.data if event.data == "all" else list(event.data),
            "form_id": event.form_id and _sha256(event.form_id),
            "signature": event.signature,
            "typed_name": "Ana" if event.signature == "typed_name" else None,
            "done_at": event.done_at and event.done_at.isoformat(),
            "expected_version": event.expected_version,
            "corrects": event.corrects,
        }
        if event.until:
            document["until"] = event.until.isoformat()
        return ConsentEvent.read(document)

    def form(self, form: Registered) -> Form:
        covers = str(form.covers)
        if isinstance(form.covers, timedelta):
            covers = f"PT{int(form.covers.total_seconds())}S"
        return Form.read(
            {
                "customer": ACME,
                "text": form.form_id,
                "locale": "en",
                "uses": [{"operation": use[0], "service": use[1]} for use in form.uses],
                "data": list(form.data),
                "covers_collected": covers,
            }
        )

    # -- Erasures and assignments -------------------------------------------------------------

    def erase(self, erasure: Erased) -> None:
        expected = self.model.erasure_answer(self.history, erasure)
        try:
            erase(self.deps, erasure.person, erasure.erasure_id, at=erasure.at)
        except errors.ConflictingIdError:
            agrees = "conflicting_id" in expected.errors
            self.seen["error conflicting_id of an erasure"] += 1
        else:
            agrees = not expected.errors
            self.seen["repeated erasure" if expected.repeated else "erasure"] += 1
        if not agrees:
            self.differences.append((f"erase {erasure}", expected, "another answer"))
        if not expected.errors and not expected.repeated:
            self.history.append(erasure)

    def assign(self, assigned: Assigned, *, is_default: bool) -> None:
        names = tuple(name for name, _ in assigned.guardrails)
        dry_run = tuple(name for name, dry in assigned.guardrails if dry)
        if is_default:
            self.deps.assignment = Assignment(assigned.terms, names, dry_run)
        else:
            document = {"terms": assigned.terms, "guardrails": names, "dry_run": dry_run}
            assign(self.deps, {"customer": ACME} | document, at=assigned.at)
            guardrails = [f"{name}:dry_run" if name in dry_run else name for name in names]
            self.seen[" ".join(["assigned", assigned.terms, *guardrails])] += 1

    # -- Decisions ----------------------------------------------------------------------------

    def decide(self, request: Request) -> None:
        document = {
            "request_id": f"request-{next(self.numbers)}",
            "customer": ACME,
            "use": {"operation": request.use[0], "service": request.use[1]},
            "model_owner": request.model_owner,
            "declared_by": "curator",
            "data": list(request.data),
            "collected": {
                "at": request.collected_at.isoformat(),
                "by_service": request.collected_by,
            },
            "people": [{"person": person, "role": role} for person, role in request.people],
        }
        decision = self.deps.decide(DataUseRequest.read(document), at=request.at)
        outcome = self.model.outcome(self.history, request)
        if outcome != decision.outcome:
            self.differences.append((f"decide {request}", outcome, str(decision.outcome)))
        parties = ["customer", *(person for person, _ in request.people)]
        for party, status in zip(parties, decision.evidence.parties, strict=True):
            for leaf in decision.facts.data:
                cell = (request.use, str(leaf))
                expected = self.model.status(self.history, party, cell, request.at)
                then = self.model.status_at_collection(self.history, party, cell, request)
                answer = (str(status.status_on(leaf)), str(status.at_collection.status_on(leaf)))
                if answer != (expected, then):
                    self.differences.append((f"{party} {cell} {request}", (expected, then), answer))
                self.count_status(party, cell, request, outcome, expected, then)
        self.seen[f"{outcome} with {len(request.people)} people"] += 1
        for reason in decision.reasons:
            self.seen[f"people {reason.people_status}"] += 1

    def count_status(
        self, party: str, cell: Cell, request: Request, outcome: str, now: str, then: str
    ) -> None:
        """Count what a customer's grant covers, and what ended the run before it."""
        if party != "customer" or now != "granted":
            return
        covering = self.model.covering(self.model.events(self.history, party), cell)
        grant = self.model.deciding(covering)
        form = self.model.form(self.history, grant.form_id) if grant else None
        assert grant is not None
        assert form is not None
        start = self.model.run_start(self.history, covering, grant, cell)
        covers = f"on data that a form with {form.covers} does not cover"
        if then == now:
            when = "before" if request.collected_at < start else "in"
            covers = f"on data from {when} the run, by a form with {form.covers}"
        self.seen[f"{outcome} {covers}"] += 1
        self.seen["a run of several grants"] += start < grant.begins
        previous = self.model.deciding(covering[: covering.index(grant)])
        if previous and start == grant.begins:
            ended = f"after a {previous.kind}"
            if previous.kind == "grant" and self.model.has_ended(previous, grant.made):
                ended = "after an end"
            elif self.model.is_changed_between(self.history, previous, grant, cell):
                ended = "after a material change"
            self.seen[f"a new run {ended}"] += 1

    # -- Statuses at the end, at another moment ------------------------------------------------

    def compare_statuses(self, steps: Sequence[Step]) -> None:
        """The statuses of a party now, and of others at a moment of the past and of the future."""
        now, past = steps[-1].at, steps[len(steps) // 2].at
        moments = (None, past, now + timedelta(days=1))
        for party, as_of in zip(PARTIES, moments[len(steps) % 3 :] + moments, strict=False):
            at = as_of or now
            details = get_consent(
                ACME,
                party_of(party if party in PEOPLE else None),
                as_of=as_of,
                caller=self.deps.caller,
                at=now,
                deps=self.deps,
            )
            answer = {
                ((str(use.operation), str(use.service)), str(leaf)): str(use.status)
                for use in details.statuses
                for leaf in use.data
            }
            known = self.until(party, at) if as_of else self.history
            for cell in self.cells():
                expected = self.model.status(known, party, cell, at)
                if answer.get(cell, "never_asked") != expected:
                    where = f"{party} {cell} as of {as_of}"
                    self.differences.append((where, expected, answer.get(cell)))
                self.seen[f"status {expected}"] += 1

    def until(self, party: str, at: datetime) -> list[Happening]:
        """What was recorded of a party up to the last event by then. An erasure deletes the events before it."""
        own = [
            each
            for each in self.history
            if (isinstance(each, Event) and each.party == party)
            or (isinstance(each, Erased) and each.person == party)
        ]
        erasures = [index for index, each in enumerate(own) if isinstance(each, Erased)]
        own = own[max(erasures, default=0) :]
        last = max((index for index, each in enumerate(own, 1) if each.at <= at), default=0)
        default, *others = [each for each in self.history if isinstance(each, Assigned)]
        return [default, *(each for each in others if each.at <= at), *own[:last]]

    def cells(self) -> Iterator[Cell]:
        """Every use, and every leaf that the nodes of the deployment name, and one more of each branch."""
        nodes = self.deployment.nodes
        leaves = [str(leaf) for leaf in self.deployment.words.leaves]
        last = {next(leaf for leaf in reversed(leaves) if within(leaf, node)) for node in nodes}
        return product(self.deployment.uses, sorted(last.union(set(nodes).intersection(leaves))))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
