"""Models made of a data set are found by a withdrawal, whichever comes first; both are shown to their customer."""

import pytest

from consentry.kernel.authorization import Caller
from consentry.kernel.errors import ConflictingIdError, ForbiddenCustomerError, NotFoundError
from consentry.propagation.get_withdrawal import get_withdrawal
from consentry.propagation.propagation import withdrawal_id
from tests.fakes.worlds import ACME, OPERATOR
from tests.flows.reaching import Reaching, made


def test_what_is_to_be_done_is_stated_for_each_model_by_its_kind(reaching: Reaching) -> None:
    hers = made(reaching, "ann")
    for kind in ("full", "adapter", "embedding_index"):
        reaching.register(hers, f"m-{kind}", kind)

    reaching.carry(reaching.withdraw())

    assert {
        (each.model_id, each.action, each.state) for each in reaching.show(hers).remediations
    } == {
        (None, "exclude_from_next_training", "stated"),
        ("m-full", "retrain", "stated"),
        ("m-adapter", "remove_adapter", "stated"),
        ("m-embedding_index", "rebuild_index", "stated"),
    }


def test_a_model_registered_after_the_mark_is_told_what_is_to_be_done(reaching: Reaching) -> None:
    hers = made(reaching, "ann")
    reaching.carry(reaching.withdraw())

    shown = reaching.register(hers, "late", "adapter")

    assert ("late", "remove_adapter") in [
        (each.model_id, each.action) for each in shown.remediations
    ]


def test_a_withdrawal_is_shown_before_it_began_and_to_nobody_else(reaching: Reaching) -> None:
    withdrawal = withdrawal_id(reaching.withdraw())
    deps = reaching.acme.deps

    shown = get_withdrawal(withdrawal, caller=OPERATOR, deps=deps)

    assert (shown.started_at, shown.completed_at, shown.data_sets) == (None, None, ())
    with pytest.raises(ForbiddenCustomerError):
        get_withdrawal(withdrawal, caller=Caller.allowed("x", "globex"), deps=deps)
    for wrong in (f"{withdrawal}x", "acme~x", "acme~customer~granted"):
        with pytest.raises(NotFoundError):
            get_withdrawal(wrong, caller=OPERATOR, deps=deps)


def test_a_model_id_stands_for_one_model(reaching: Reaching) -> None:
    hers = made(reaching, "ann")

    once = reaching.register(hers, "m")

    assert reaching.register(hers, "m") == once
    with pytest.raises(ConflictingIdError):
        reaching.register(hers, "m", "adapter")
    with pytest.raises(NotFoundError):
        reaching.register(f"{ACME}~nothing", "m")
