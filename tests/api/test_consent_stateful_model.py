"""Random consent histories through the real handlers give the same answers as a naive model.

Consent events, erasures, requests and screenings are delivered up to three times, in any order, some
with faults. Meanwhile time advances, grants expire, and the terms change materially. A run has 50
steps. `TEST_SEED` repeats the runs.
"""

import json
import logging
import random
from base64 import urlsafe_b64decode
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from consentry.kernel.vocabulary import Operation
from consentry.terms.policy_set import Library, MaterialChange
from tests.testkit.builders.dependencies import ACME, library
from tests.testkit.campaign import examples
from tests.testkit.fakes.faults import Fault
from tests.testkit.handlers import HandlerResponse, Handlers
from tests.testkit.meeting_words import LEAVES_UNDER
from tests.testkit.oracles.naive_consent import NaiveConsentEvent, NaiveConsentModel
from tests.testkit.stateful import run_stateful

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
CHANGED, CORRECTED = START + timedelta(hours=1), START + timedelta(hours=3)
ALLOW_LASTS = timedelta(minutes=15)
PEOPLE = ("ann@a.example", "bob@a.example")
USES = {"train": ("fine_tune", "meeting_summary"), "run": ("infer", "meeting_summary")}
NODES = ("customer_content.audio", "service_generated.usage")
RUNS = examples(20, 400)


def terms() -> Library:
    """The terms with two more versions: one changes training materially, one corrects a typo."""
    known = library().policy_sets["announced"]
    later = [replace(known.versions[-1], in_force_from=at) for at in (CHANGED, CORRECTED)]
    change = MaterialChange(CHANGED, Operation.FINE_TUNE)
    policy_set = replace(known, versions=(*known.versions, *later), material=(change,))
    return Library({**library().policy_sets, "announced": policy_set})


@dataclass
class Request:
    """A request or screening, and the answer to its last delivery."""

    body: dict[str, Any]
    use: tuple[str, str]
    rows: Sequence[tuple[Sequence[str], Sequence[str], bool]]
    """Leaves, people, and whether the data was collected before the first terms."""
    allowed: bool | None = None
    at: datetime = START
    parties: tuple[Any, ...] = ()


@dataclass
class Sent:
    """A delivery that has not arrived yet."""

    path: str
    what: Any
    faults: list[Fault | None] = field(default_factory=list)


PROBES = (
    ("train", "customer_content.audio", PEOPLE[:1]),
    ("train", "service_generated.usage", PEOPLE),
    ("run", "customer_content.audio", ()),
    ("train", "customer_content.audio", PEOPLE[1:]),
    ("train", "customer_content.audio", PEOPLE),
)
FAULTS = st.lists(st.sampled_from([None, None, *Fault]), max_size=4)
SOME_PEOPLE = st.lists(st.sampled_from(PEOPLE), max_size=2, unique=True)
TIMES = st.integers(1, 3)
LATER = st.sampled_from([False, False, True])
DECISIONS = "/decisions"
FORMS, CONSENT_EVENTS, WITHDRAWALS, ERASURES = (
    f"/customers/{ACME}/{name}" for name in ("forms", "consent-events", "withdrawals", "erasures")
)
ROWS = st.tuples(st.sampled_from(NODES), SOME_PEOPLE, st.booleans())


class ConsentStateMachine(RuleBasedStateMachine):
    """One customer, three people, and all that can happen to their consent."""

    @initialize()
    def begins(self) -> None:
        self.now, self.ids = START, 0
        self.handlers = Handlers(terms())
        self.model = NaiveConsentModel(CHANGED)
        self.under_way: list[Sent] = []
        self.stored: dict[str, Any] = {}
        self.gone: set[str] = set()
        self.erased: set[str] = set()
        self.earlier_request: list[Sent] = []
        self.screened_before: list[Sent] = []
        self._waiting: list[Sent] = []
        self.permits: list[tuple[dict[str, Any], Request]] = []
        self.forms = {covers: self._form(covers) for covers in (False, True)}
        for use in USES:
            everyday = {"times": 2, "faults": [], "later": False, "ends": None}
            self.grants(None, use, "customer_content", True, **everyday)

    def _form(self, covers: bool) -> str:
        uses = [{"operation": o, "service": s} for o, s in USES.values()]
        form = {"text": f"You may. {covers}", "locale": "en", "uses": uses}
        data = ["customer_content", "service_generated"]
        answer = self.handlers.http(
            self.now,
            "POST",
            FORMS,
            form | {"data": data, "covers_collected": "anytime" if covers else "from_grant"},
        )
        assert answer is not None
        form_id: str = answer.body["form_id"]
        return form_id

    def _next(self, what: str) -> str:
        self.ids += 1
        return f"{what}-{self.ids}"

    @rule(
        party=st.sampled_from([None, None, *PEOPLE]),
        use=st.sampled_from(sorted(USES)),
        node=st.sampled_from(NODES),
        covers=st.sampled_from([None, False, True]),
        ends=st.sampled_from([None, None, timedelta(minutes=10), timedelta(hours=2)]),
        times=TIMES,
        faults=FAULTS,
        later=LATER,
    )
    def grants(self, party: Any, use: str, node: str, covers: Any, ends: Any, **how: Any) -> None:
        """A party grants, with or without a signed form."""
        operation, service = USES[use]
        consent_event = {
            "uses": [{"operation": operation, "service": service}],
            "data": [node],
            "until": (self.now + ends).isoformat() if ends else None,
        }
        if covers is not None:
            consent_event |= {"form_id": self.forms[covers], "signature": "click"}
        self._send_event(CONSENT_EVENTS, "grant", party, consent_event, **how)

    @rule(
        party=st.sampled_from([None, *PEOPLE]),
        kind=st.sampled_from(["refusal", "withdrawal"]),
        node=st.sampled_from([*NODES, "all"]),
        use=st.sampled_from([*sorted(USES), "all"]),
        times=TIMES,
        faults=FAULTS,
        later=LATER,
    )
    def withdraws_or_refuses(self, party: Any, kind: str, node: str, use: str, **how: Any) -> None:
        """A party refuses or withdraws."""
        uses: Any = "all"
        if use != "all":
            uses = [dict(zip(("operation", "service"), USES[use], strict=True))]
        consent_event = {"uses": uses, "data": "all" if node == "all" else [node]}
        path = WITHDRAWALS if kind == "withdrawal" else CONSENT_EVENTS
        self._send_event(path, kind, party, consent_event, **how)

    def _send_event(
        self,
        path: str,
        kind: str,
        party: Any,
        consent_event: dict[str, Any],
        times: int,
        faults: Any,
        later: bool,
    ) -> None:
        fields = {
            "consent_event_id": self._next("event"),
            "party": {"person": party} if party else "customer",
            "kind": kind,
        }
        body = {
            name: value for name, value in (fields | consent_event).items() if value is not None
        }
        self._send([Sent(path, body, faults if not n else []) for n in range(times)], later)

    def _send(self, copies: list[Sent], later: bool) -> None:
        """Deliver the first copy now, unless it is late too. The others arrive later."""
        if not later:
            self._arrives(copies.pop(0))
        self.under_way += copies

    @rule(use=st.sampled_from(sorted(USES)), row=ROWS, times=TIMES, faults=FAULTS, later=LATER)
    def asks(self, use: str, row: Any, times: int, faults: Any, later: bool) -> None:
        """A pipeline requests a decision on one item."""
        node, people, early = row
        body = self._use_request(use, self._next("request")) | {
            "data": [node],
            "people": [{"person": person, "role": "speaker"} for person in people],
            "collected": {"at": self._collected(early), "by_service": "meeting_summary"},
        }
        request = Request(body, USES[use], [(LEAVES_UNDER[node], tuple(people), early)])
        copies = [Sent(DECISIONS, request, faults if not n else []) for n in range(times)]
        self._send(copies, later)

    @rule(
        use=st.sampled_from(sorted(USES)),
        rows=st.lists(ROWS, min_size=1, max_size=4),
        times=TIMES,
        later=LATER,
    )
    def screens(self, use: str, rows: Any, times: int, later: bool) -> None:
        """A pipeline requests a screening."""
        name = self._next("screening")
        lines = [
            json.dumps({"people": people, "data": node, "at": self._collected(early)})
            for node, people, early in rows
        ]
        manifest = f"{ACME}/manifests/{name}.jsonl"
        body = self._use_request(use, name) | {
            "manifest": {"key": manifest, "format": "jsonl"},
            "fields": {
                "people": {"field": "people", "role": "speaker"},
                "data": {"field": "data"},
                "collected_at": {"field": "at"},
                "collected_by": {"constant": "meeting_summary"},
            },
        }
        key = f"{ACME}/requests/{name}.json"
        self.handlers.s3.put_object(Key=manifest, Body="".join(f"{x}\n" for x in lines).encode())
        self.handlers.s3.put_object(Key=key, Body=json.dumps(body).encode())
        placed = [(LEAVES_UNDER[node], tuple(people), early) for node, people, early in rows]
        self._send([Sent(key, Request(body, USES[use], placed))] * times, later)

    @rule(person=st.sampled_from(PEOPLE), times=TIMES, faults=FAULTS, later=LATER)
    def erases(self, person: str, times: int, faults: Any, later: bool) -> None:
        """A person is erased."""
        fields = {"erasure_id": self._next("erasure"), "party": {"person": person}}
        copies = [Sent(ERASURES, fields, faults if not n else []) for n in range(times)]
        self._send(copies, later)

    def _erased(self, sent: Sent) -> None:
        """Erase once: a redelivered erasure removes no later event."""
        answer, person = self._answer(sent, sent.what), sent.what["party"]["person"]

        assert answer.status == 200, answer
        if sent.what["erasure_id"] not in self.erased:
            self.erased.add(sent.what["erasure_id"])
            self.model.erase(person, USES.values(), self.now)
            self.gone |= {
                consent_event_id
                for consent_event_id, party in self.stored.items()
                if party == person
            }

    @precondition(lambda self: self.permits)
    @rule(randomness=st.randoms(use_true_random=False), run=st.sampled_from(["run-1", "run-2"]))
    def redeems(self, randomness: random.Random, run: str) -> None:
        """A pipeline redeems a permit. That fails after a withdrawal and works while nothing changed."""
        shown, request = randomness.choice(self.permits)
        path = f"/customers/{ACME}/permits/{shown['id']}/redeem"
        answer = self.handlers.http(self.now, "POST", path, shown["body"] | {"run_id": run})

        assert answer is not None
        rows = range(len(request.rows))
        if answer.status == 201:
            assert request.allowed
            assert all(self._allows(request, row) for row in rows)
        else:
            assert answer.status in (403, 409, 410), answer
            assert not request.allowed or self._has_moved(request)

    def _use_request(self, use: str, request_id: str) -> dict[str, Any]:
        operation, service = USES[use]
        return {
            "request_id": request_id,
            "customer": ACME,
            "use": {"operation": operation, "service": service},
            "model_owner": "first_party",
            "declared_by": "curation",
        }

    def _collected(self, early: bool) -> str:
        return "2020-01-01T00:00:00Z" if early else "2026-02-01T00:00:00Z"

    @rule(
        by=st.sampled_from(
            [timedelta(seconds=1), timedelta(minutes=6), timedelta(minutes=20), timedelta(hours=1)]
        )
    )
    def time_goes_on(self, by: timedelta) -> None:
        self.now += by

    @invariant()
    def answers_as_the_model(self) -> None:
        """After each step, send a new request, or repeat the request and the screening before."""
        if self.screened_before:
            self._screened(self.screened_before.pop())
        self.screened_before, self._waiting = self._waiting, []
        if self.earlier_request:
            self._decided(self.earlier_request.pop())
            return
        use, node, people = PROBES[self.ids % len(PROBES)]
        self.asks(use, (node, people, False), times=1, faults=[], later=True)
        probe = self.under_way.pop()
        self._decided(probe)
        self.earlier_request.append(probe)

    @precondition(lambda self: self.under_way)
    @rule(randomness=st.randoms(use_true_random=False), count=st.integers(1, 12))
    def deliver(self, randomness: random.Random, count: int) -> None:
        """Deliver some pending deliveries in any order."""
        for _ in range(min(count, len(self.under_way))):
            self._arrives(self.under_way.pop(randomness.randrange(len(self.under_way))))

    def _arrives(self, sent: Sent) -> None:
        if sent.path.startswith(ACME):
            self._screened(sent)
        elif sent.path == DECISIONS:
            self._decided(sent)
        elif sent.path == ERASURES:
            self._erased(sent)
        else:
            self._acted(sent)

    def _answer(self, sent: Sent, body: Any) -> HandlerResponse:
        """The answer to a client that retries until it gets one."""
        self.handlers.faults = list(sent.faults)
        answer = self.handlers.http(self.now, "POST", sent.path, body)
        if answer is None or answer.status == 503:
            answer = self.handlers.http(self.now, "POST", sent.path, body)
        assert answer is not None
        return answer

    def _acted(self, sent: Sent) -> None:
        body = sent.what
        until = datetime.fromisoformat(body["until"]) if "until" in body else None
        answer = self._answer(sent, body)

        known = (
            body["consent_event_id"] in self.stored and body["consent_event_id"] not in self.gone
        )
        if until and until <= self.now and not known:
            assert answer.status == 422
            return
        if body["consent_event_id"] in self.gone:
            assert answer.status == 410, answer
            return
        assert answer.status == 201, answer
        if body["consent_event_id"] not in self.stored:
            person = None if body["party"] == "customer" else body["party"]["person"]
            self.stored[body["consent_event_id"]] = person
            self.model.add(person, self._as_acted(body, until))

    def _as_acted(self, body: dict[str, Any], until: datetime | None) -> NaiveConsentEvent:
        uses, data = body["uses"], body["data"]
        leaves = LEAVES_UNDER if data == "all" else {leaf for n in data for leaf in LEAVES_UNDER[n]}
        return NaiveConsentEvent(
            body["kind"],
            self.now,
            frozenset(USES.values() if uses == "all" else [tuple(use.values()) for use in uses]),
            frozenset(map(str, leaves)),
            express="form_id" in body,
            covers_collected=body.get("form_id") == self.forms[True],
            until=until,
        )

    def _allows(self, request: Request, row: int = 0) -> bool:
        leaves, people, early = request.rows[row]
        return self.model.allows(request.use, leaves, people, early=early, at=self.now)

    def _decided(self, sent: Sent) -> None:
        request: Request = sent.what
        answer = self._answer(sent, request.body)

        assert answer.status == 201, answer
        self._holds(request, answer.body["outcome"] == "allow", allows=self._allows(request))

    def _holds(self, request: Request, allowed: bool, *, allows: bool) -> None:
        """A first answer is that of the model. A later one never allows what was denied or is not allowed now."""
        before, parties = request.allowed, self._parties()
        if before is None:
            assert allowed is allows
        elif not before or not allows:
            assert not allowed
        elif not allowed:
            assert self._has_moved(request)
        if before is None or before != allowed:
            request.allowed, request.at, request.parties = allowed, self.now, parties

    def _parties(self) -> tuple[Any, ...]:
        consent_events = sorted(self.model.consent_events.items(), key=str)
        return (self.model.erasures, *((party, len(done)) for party, done in consent_events))

    def _has_moved(self, request: Request) -> bool:
        """Whether an allow may have expired or been superseded by an event or a terms version."""
        boundary = any(request.at < change <= self.now for change in (CHANGED, CORRECTED))
        ended = self.now - request.at >= ALLOW_LASTS or self._ended_since(request.at)
        return self._parties() != request.parties or boundary or ended

    def _ended_since(self, at: datetime) -> bool:
        every = (
            acted
            for consent_events in self.model.consent_events.values()
            for acted in consent_events
        )
        return any(acted.until and at < acted.until <= self.now for acted in every)

    def _screened(self, sent: Sent) -> None:
        request: Request = sent.what
        allows = [self._allows(request, row) for row in range(len(request.rows))]
        answer = self.handlers.object_created(self.now, sent.path)

        token = answer["decision_id"].rpartition("~")[2]
        report = self._object(f"{ACME}/screenings/{token}/report.json")
        assert json.loads(report)["outcome"] == answer["outcome"]
        allowed = answer["outcome"] == "allow"
        if request.allowed is None:
            manifest = self._object(request.body["manifest"]["key"]).splitlines(keepends=True)
            admitted = self._object(json.loads(report)["outputs"]["admitted"]["key"])
            may = [line for line, may in zip(manifest, allows, strict=True) if may]
            assert admitted == b"".join(may)
            request.rows = [row for row, may in zip(request.rows, allows, strict=True) if may]
            self._holds(request, allowed, allows=any(allows))
            self._waiting += [sent] if allowed else []
            self._keep_permit(request, token, json.loads(report)["outputs"]["admitted"]["sha256"])
        else:
            self._holds(request, allowed, allows=all(allows) and bool(request.rows))

    def _keep_permit(self, request: Request, token: str, admitted: str) -> None:
        key = f"{ACME}/screenings/{token}/permit.jwt"
        assert (key in self.handlers.s3.objects) is request.allowed
        if request.allowed:
            permit = self._object(key).decode().strip()
            claims = json.loads(urlsafe_b64decode(permit.split(".")[1] + "=="))
            fields = {"permit": permit, "admitted": admitted, "use": request.body["use"]}
            body = fields | {"model_owner": request.body["model_owner"]}
            self.permits.append(({"id": claims["jti"], "body": body}, request))

    def _object(self, key: str) -> bytes:
        content, _ = self.handlers.s3.objects[key]
        return content

    def teardown(self) -> None:
        """No table contains the id of a person."""
        if not hasattr(self, "handlers"):
            return
        stored = repr(self.handlers.dynamodb.snapshot())
        assert not [person for person in PEOPLE if person in stored]


@pytest.fixture(autouse=True)
def quiet() -> Any:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.promise(2)
def test_every_answer_of_random_consent_histories_matches_the_naive_model() -> None:
    run_stateful(ConsentStateMachine, runs=RUNS, steps=50)
