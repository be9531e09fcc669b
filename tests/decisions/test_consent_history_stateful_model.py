"""Random consent histories through the real use cases give the answers of a second, naive model.

The model is written from the documents alone. Each history has forms, consent events that are late,
ahead or repeated, corrections, erasures, assignments and requests. `TEST_SEED` repeats the random
ones. The known-bad variants are of the model: a comparison does not know which side is wrong.
"""

import os
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import pytest

from tests.testkit.campaign import examples
from tests.testkit.history_comparison import Comparison
from tests.testkit.oracles.naive_history import (
    Cell,
    Erased,
    Event,
    Happening,
    NaiveModel,
)
from tests.testkit.random_histories import random_histories


@pytest.mark.promise(5)
def test_every_answer_of_a_random_history_is_that_of_the_naive_model() -> None:
    seed = int(os.environ["TEST_SEED"])

    for number, (deployment, steps) in enumerate(random_histories(seed, examples(100, 4000))):
        comparison = Comparison(deployment, deployment.model())
        assert comparison.run(steps), (seed, number, comparison.differences[:3], steps)


COVERED = ("from_grant", "1:00:00", "1 day, 0:00:00", "anytime")
MUST_OCCUR = [
    *[f"allow on data from in the run, by a form with {covers}" for covers in COVERED],
    *[f"allow on data from before the run, by a form with {covers}" for covers in COVERED[1:]],
    *[f"deny on data that a form with {covers} does not cover" for covers in COVERED[:3]],
    *[
        f"status {status}"
        for status in (
            "granted",
            "deemed",
            "never_asked",
            "invalidated",
            "expired",
            "refused",
            "withdrawn",
        )
    ],
    "people unidentified",
    "a run of several grants",
    *[f"a new run after {end}" for end in ("an end", "a material change", "a refusal")],
    *["a new run after a withdrawal", "superseded grant", "repeated event", "repeated erasure"],
    *[f"recorded {kind} after an erasure" for kind in ("grant", "refusal", "withdrawal")],
    *[f"recorded {how}" for how in ("late", "ahead", "correction", "with expected_version")],
    *[f"recorded grant {signature}" for signature in ("click", "typed_name", "none")],
    *[
        f"error {error}"
        for error in (
            "done_at",
            "until",
            "corrects",
            "erased",
            "unknown_form",
            "uncovered_by_form",
            "conflicting_id",
            "conflicting_version",
            "conflicting_id of an erasure",
        )
    ],
    *[
        f"assigned {assigned}"
        for assigned in (
            "announced",
            "announced house",
            "zoom-terms house",
            "zoom-terms house:dry_run",
            "analytics-eu",
            "analytics-eu analytics-house",
            "analytics-eu analytics-house:dry_run",
            "analytics-us analytics-house",
            "analytics-contract analytics-house",
        )
    ],
    *[f"allow with {count} people" for count in (0, 1, 2)],
]


def test_the_histories_of_one_seed_contain_everything_that_the_model_knows() -> None:
    seen = Counter[str]()

    for deployment, steps in random_histories(3, 300):
        assert Comparison(deployment, deployment.model(), seen).run(steps)

    assert [what for what in MUST_OCCUR if not seen[what]] == []


class RenewalBeginsRun(NaiveModel):
    """Known-bad: each grant begins a run."""

    def continued(self, *_: object) -> None:
        """None."""


class WithdrawalKeepsRun(NaiveModel):
    """Known-bad: a refusal or withdrawal between two grants does not end the run."""

    def continued(
        self, history: Sequence[Happening], before: Sequence[Event], grant: Event, cell: Cell
    ) -> Event | None:
        """As if there were grants only."""
        grants = [event for event in before if event.kind == "grant"]
        return super().continued(history, grants, grant, cell)


class MaterialChangeKeepsRun(NaiveModel):
    """Known-bad: a grant after a material change continues the invalidated one."""

    def is_changed_between(self, *_: object) -> bool:
        """Never."""
        return False


class ClockAheadKeepsRun(NaiveModel):
    """Known-bad: a grant that is ahead of a material change is invalidated, but does not end the run."""

    def is_changed_between(
        self, history: Sequence[Happening], previous: Event, grant: Event, cell: Cell
    ) -> bool:
        """By the stated time alone."""
        changes = self.changes(history, cell[0])
        return any(previous.made < change <= grant.begins for change in changes)


class LateGrantOverrides(NaiveModel):
    """Known-bad: events count in the order in which they are received."""

    def is_late(self, *_: object) -> bool:
        """Never."""
        return False


class EndIsIncluded(NaiveModel):
    """Known-bad: a grant still counts at its `until`."""

    def has_ended(self, grant: Event, now: datetime) -> bool:
        """After it only."""
        return grant.until is not None and grant.until < now


class ErasureForgetsRefusal(NaiveModel):
    """Known-bad: an erasure leaves nothing, so the person is `never_asked`."""

    def events(self, history: Sequence[Happening], party: str) -> list[Event]:
        """Without the withdrawal that remains."""
        erasures = {each.erasure_id for each in history if isinstance(each, Erased)}
        return [event for event in super().events(history, party) if event.event_id not in erasures]


@pytest.mark.parametrize(
    "variant",
    [
        RenewalBeginsRun,
        WithdrawalKeepsRun,
        MaterialChangeKeepsRun,
        ClockAheadKeepsRun,
        LateGrantOverrides,
        EndIsIncluded,
        ErasureForgetsRefusal,
    ],
)
def test_known_bad_variants_are_caught(variant: type[NaiveModel]) -> None:
    for deployment, steps in random_histories(1, 300):
        if not Comparison(deployment, deployment.model(variant)).run(steps):
            assert Comparison(deployment, deployment.model()).run(steps)
            return
    pytest.fail("no history shows that the variant is wrong")
