"""Random histories of a customer and two of its people, from a seed, for the naive model and the code.

A history is in one of two deployments: the vocabulary `meetings` around the terms of 2023, or the
vocabulary `product-analytics` around its versions of 2025 and 2026. Times are drawn near each other
and near the versions, so that many are equal, and many differ by a second.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from consentry.kernel.vocabulary import Vocabulary, compiled_directory, read_vocabulary
from consentry.terms.loader import read_library
from consentry.terms.policy_set import Library
from tests.testkit.meeting_words import BUILT
from tests.testkit.oracles.naive_cedar import answer, read_policies
from tests.testkit.oracles.naive_history import (
    Assigned,
    Erased,
    Event,
    Happening,
    Kind,
    NaiveModel,
    PolicySet,
    Registered,
    Request,
    Signature,
    Use,
    Version,
)

POLICY_SETS = Path(__file__).parents[2] / "layers" / "terms" / "policy_sets"
PEOPLE = ("ana", "ben")
PARTIES = ("customer", *PEOPLE)
SECOND, MINUTE, HOUR, DAY = (
    timedelta(seconds=1),
    timedelta(minutes=1),
    timedelta(hours=1),
    timedelta(days=1),
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@dataclass(frozen=True)
class Deployment:
    """The words and policy sets of a deployment, and the part of them that histories use."""

    vocabulary: str
    uses: tuple[Use, ...]
    nodes: tuple[str, ...]
    assignments: tuple[tuple[str, tuple[tuple[str, bool], ...]], ...]
    """Terms, and guardrails that may be in dry run."""
    boundaries: tuple[datetime, ...]
    """When versions come into force: each history is around one of them."""

    @property
    def words(self) -> Vocabulary:
        return _words(self.vocabulary)

    @property
    def library(self) -> Library:
        return _library(self.vocabulary)

    def model[M: NaiveModel](self, variant: type[M] = NaiveModel) -> M:  # type: ignore[assignment]
        return variant(self.uses, tuple(map(str, self.words.leaves)), naive_policy_sets())


MEETINGS = Deployment(
    vocabulary="meetings",
    uses=(
        ("fine_tune", "meeting_summary"),
        ("pretrain", "meeting_summary"),
        ("infer", "meeting_summary"),
    ),
    nodes=(
        "customer_content",
        "customer_content.audio",
        "customer_content.whiteboard",
        "service_generated",
    ),
    assignments=(
        ("announced", (("house", False),)),
        ("zoom-terms", (("house", False),)),
        ("zoom-terms", (("house", True),)),
        ("announced", ()),
    ),
    boundaries=tuple(
        map(utc, ("2023-07-27", "2023-08-07", "2023-08-11", "2023-08-11", "2026-01-01"))
    ),
)
ANALYTICS = Deployment(
    vocabulary="product-analytics",
    uses=(
        ("fine_tune", "replay_analysis"),
        ("evaluate", "replay_analysis"),
        ("infer", "replay_analysis"),
    ),
    nodes=(
        "session_replay",
        "session_replay.screen",
        "warehouse",
        "warehouse.person_profiles",
        "warehouse.events",
    ),
    assignments=(
        ("analytics-eu", (("analytics-house", False),)),
        ("analytics-us", (("analytics-house", False),)),
        ("analytics-eu", (("analytics-house", True),)),
        ("analytics-eu", ()),
        ("analytics-contract", (("analytics-house", False),)),
    ),
    boundaries=tuple(
        map(utc, ("2025-02-01", "2026-01-01", "2026-02-01", "2026-02-01", "2026-02-01"))
    ),
)
DEPLOYMENTS = (MEETINGS, ANALYTICS)
COVERS: tuple[Any, ...] = ("from_grant", "anytime", HOUR, DAY)


@cache
def _words(name: str) -> Vocabulary:
    return read_vocabulary(compiled_directory(BUILT, name) / "vocabulary.json")


@cache
def _library(name: str) -> Library:
    return read_library(BUILT, name)


@cache
def naive_policy_sets() -> Mapping[str, PolicySet]:
    """All policy sets, read from their Cedar text and JSON files."""
    return {path.name: _policy_set(path) for path in sorted(POLICY_SETS.iterdir())}


def _policy_set(path: Path) -> PolicySet:
    about = json.loads((path / "policy_set.json").read_text())
    roles = about["counted_roles"]
    return PolicySet(
        tuple(map(_version, sorted(path.glob("*.cedar")))),
        counted_roles=roles if roles == "all" else tuple(roles),
        people_required_for=tuple(about["people_required_for"]),
    )


def _version(path: Path) -> Version:
    declared = path.with_suffix(".json")
    changes = json.loads(declared.read_text())["material_for"] if declared.exists() else []
    return Version(
        utc(path.stem),
        _ruling_by(path),
        tuple((change["operation"], change.get("service")) for change in changes),
    )


def _ruling_by(path: Path) -> Callable[[str, Mapping[str, object]], str]:
    policies = read_policies(path)

    @cache
    def ruling(leaf: str, *row: Any) -> str:
        operation, model_owner, same_service, customer, people = row
        request = {
            "principal": ("ModelOwner", model_owner),
            "action": ("Action", operation),
            "resource": ("DataCategory", leaf),
            "context": {
                "same_service": same_service,
                "customer": ("ConsentStatus", customer),
                "people": ("ConsentStatus", people),
            },
        }
        return answer(policies, request)[0]

    return lambda leaf, row: ruling(leaf, *row.values())


type Step = Happening | Request


@dataclass
class HistoryGenerator:
    """Draws one history, step by step. `interesting` are the times that later steps may meet."""

    random: Random
    deployment: Deployment = field(init=False)
    now: datetime = field(init=False)
    boundary: datetime = field(init=False)
    use: Use = field(init=False)
    node: str = field(init=False)
    interesting: list[datetime] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.deployment = self.random.choice(DEPLOYMENTS)
        self.boundary = self.random.choice(self.deployment.boundaries)
        self.now = self.boundary - self.random.choice((MINUTE, HOUR, DAY, 2 * DAY))
        self.interesting = [self.boundary, self.boundary - 400 * DAY]
        # Most events and requests of a history are about the same use and data.
        self.use = self.random.choice(self.deployment.uses)
        self.node = self.random.choice(self.deployment.nodes)

    def history(self) -> Sequence[Step]:
        self.steps = [self.assigned()]
        for _ in range(self.random.choice((1, 1, 2))):
            self.add(self.form())
        for _ in range(self.random.randint(4, 14)):
            self.pass_time()
            self.add(self.step())
        for _ in range(3):
            self.pass_time()
            self.add(self.request())
        return self.steps

    def add(self, step: Step) -> None:
        self.steps.append(step)
        self.interesting.append(self.now)
        if isinstance(step, Event):
            self.interesting += [time for time in (step.done_at, step.until) if time]

    def pass_time(self) -> None:
        """Nothing, a while, or until a time that something else has. Rarely, a clock is behind."""
        later = [time for time in self.interesting if time > self.now]
        if self.chance(0.03):
            self.now -= self.random.choice((SECOND, MINUTE))
        elif later and self.chance(0.35):
            time = self.boundary if self.boundary > self.now else self.random.choice(later)
            before = [time - MINUTE, time - SECOND] if self.now < time - MINUTE else []
            self.now = self.random.choice([*before, time, time + SECOND])
        else:
            self.now += self.random.choice(
                (0 * SECOND, SECOND, MINUTE, 4 * MINUTE, HOUR, 5 * HOUR, DAY)
            )

    def step(self) -> Step:
        kind = self.random.choices(
            (
                self.grant,
                self.denial,
                self.request,
                self.erasure,
                self.again,
                self.form,
                self.assigned,
            ),
            (50, 18, 20, 5, 7, 3, 4),
        )[0]
        return kind()

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def some_uses(self, among: Sequence[Use]) -> tuple[Use, ...]:
        drawn = self.random.sample(among, min(len(among), self.random.choice((1, 1, 2))))
        return (self.use,) if self.use in among and self.chance(0.7) else tuple(drawn)

    def some_data(self) -> tuple[str, ...]:
        drawn = self.random.sample(self.deployment.nodes, self.random.choice((1, 1, 2)))
        return (self.node,) if self.chance(0.7) else tuple(drawn)

    def form(self) -> Registered:
        """A form that asks for most, so that few grants exceed it."""
        uses, data = (
            self.deployment.uses,
            tuple(node for node in self.deployment.nodes if "." not in node),
        )
        return Registered(
            self.now,
            f"form-{len(self.steps)}",
            uses if self.chance(0.9) else uses[1:],
            data if self.chance(0.9) else data[1:] or data,
            self.random.choice(COVERS),
        )

    def forms(self) -> list[Registered]:
        return [step for step in self.steps if isinstance(step, Registered)]

    def party(self) -> str:
        return self.random.choices(PARTIES, (5, 3, 2))[0]

    def grant(self) -> Event:
        form = self.random.choice(self.forms())
        signatures: Sequence[Signature] = ("click", "typed_name", "none")
        (signature,) = self.random.choices(signatures, (5, 2, 2))
        form_id: str | None = form.form_id
        if signature == "none" and self.chance(0.5):
            form_id = None
        elif self.chance(0.02):
            form_id = "form-of-nobody"
        # A grant of `infer` has no other operation.
        infer = (self.use[0] == "infer") != self.chance(0.2)
        uses = tuple(use for use in self.deployment.uses if (use[0] == "infer") == infer)
        event = Event(
            self.now,
            self.new_id(),
            self.party(),
            "grant",
            uses=self.some_uses(uses),
            data=self.some_data(),
            form_id=form_id,
            signature=signature,
            until=self.future() if self.chance(0.3) else None,
        )
        return self.with_options(event)

    def denial(self) -> Event:
        kinds: Sequence[Kind] = ("refusal", "withdrawal")
        kind = self.random.choice(kinds)
        form_id = None
        if kind == "refusal" and self.chance(0.2):
            form_id = self.random.choice(self.forms()).form_id
        event = Event(
            self.now,
            self.new_id(),
            self.party(),
            kind,
            uses="all" if self.chance(0.3) else self.some_uses(self.deployment.uses),
            data="all" if self.chance(0.3) else self.some_data(),
            form_id=form_id,
        )
        return self.with_options(event)

    def with_options(self, event: Event) -> Event:
        if self.chance(0.35):
            event = replace(event, done_at=self.stated())
        if self.chance(0.1):
            event = replace(event, expected_version=self.random.randint(0, 4))
        own = [step for step in self.steps if isinstance(step, Event) and step.party == event.party]
        if own and self.chance(0.1):
            event = replace(event, corrects=self.random.choice(own).event_id)
        return event

    def new_id(self) -> str:
        return f"event-{len(self.steps)}"

    def stated(self) -> datetime:
        """Earlier, or up to a bit more than five minutes ahead."""
        ahead = [time for time in self.interesting if self.now < time < self.now + 5 * MINUTE]
        if ahead and self.chance(0.5):
            return self.random.choice(ahead) + self.random.choice((0 * SECOND, SECOND))
        if self.chance(0.5):
            offsets = (-DAY, -HOUR, -MINUTE, -SECOND, MINUTE, 5 * MINUTE, 5 * MINUTE + SECOND)
            return self.now + self.random.choice(offsets)
        earlier = [time for time in self.interesting if self.now - 3 * DAY < time <= self.now]
        return self.random.choice(earlier or [self.now]) + self.random.choice(
            (-SECOND, 0 * SECOND, 0 * SECOND, SECOND)
        )

    def future(self) -> datetime:
        later = [time for time in self.interesting if time >= self.now]
        if later and self.chance(0.4):
            return self.random.choice(later)
        return self.now + self.random.choice((MINUTE, HOUR, 6 * HOUR, 2 * DAY))

    def again(self) -> Step:
        """An event or an erasure that is delivered again, sometimes with another body or for other data."""
        own = [step for step in self.steps if isinstance(step, Event | Erased)]
        erased = [step for step in own if isinstance(step, Erased)]
        if not own:
            return self.grant()
        if erased and self.chance(0.5):
            last = self.random.choice(erased)
            of_person = [
                each for each in own if isinstance(each, Event) and each.party == last.person
            ]
            own = [last, *of_person]
        step = replace(self.random.choice(own), at=self.now)
        if isinstance(step, Event) and self.chance(0.2):
            step = replace(step, data=self.some_data())
        if self.chance(0.1):
            person = step.person if isinstance(step, Erased) else step.party
            if person != "customer":
                id_ = step.erasure_id if isinstance(step, Erased) else step.event_id
                return Erased(self.now, id_, person)
        return step

    def erasure(self) -> Erased:
        return Erased(self.now, f"erasure-{len(self.steps)}", self.random.choice(PEOPLE))

    def assigned(self) -> Assigned:
        return Assigned(self.now, *self.random.choice(self.deployment.assignments))

    def request(self) -> Request:
        (use,) = self.random.sample(self.deployment.uses, 1) if self.chance(0.2) else (self.use,)
        collected = [time for time in self.interesting if time <= self.now]
        collected_at = self.random.choice(collected) - self.random.choice(
            (0 * SECOND, SECOND, MINUTE, 2 * HOUR)
        )
        if self.chance(0.2):
            collected_at = self.now
        roles = self.deployment.words.roles
        names = self.random.choices(((), PEOPLE[:1], PEOPLE[1:], PEOPLE), (3, 3, 2, 2))[0]
        return Request(
            self.now,
            use,
            self.random.choices(("first_party", "customer", "third_party"), (8, 1, 1))[0],
            self.some_data(),
            collected_at,
            use[1]
            if self.chance(0.9)
            else self.random.choice(tuple(self.deployment.words.services)),
            tuple((name, str(self.random.choice(tuple(roles)))) for name in names),
        )


def random_histories(seed: int, count: int) -> Iterator[tuple[Deployment, Sequence[Step]]]:
    """The histories of a seed. The number of a history and the seed give it again."""
    for number in range(count):
        generator = HistoryGenerator(Random(f"{seed}-{number}"))  # noqa: S311
        yield generator.deployment, generator.history()
