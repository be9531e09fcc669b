"""A withdrawal reaches the models of a data set, whichever is stored first.

Only their customer sees them.
"""

import pytest

from consentry.kernel.authorization import Caller
from consentry.kernel.errors import ConflictingIdError, ForbiddenCustomerError, NotFoundError
from consentry.propagation.get_withdrawal import get_withdrawal
from consentry.propagation.propagation import withdrawal_id
from tests.testkit.builders.dependencies import ACME, OPERATOR
from tests.testkit.builders.propagations import PropagationDriver, create_data_set


def test_each_model_kind_has_its_remediation(propagation_driver: PropagationDriver) -> None:
    hers = create_data_set(propagation_driver, "ann")
    for kind in ("full", "adapter", "embedding_index"):
        propagation_driver.register(hers, f"m-{kind}", kind)

    propagation_driver.deliver(propagation_driver.withdraw())

    assert {
        (each.model_id, each.action, each.state)
        for each in propagation_driver.show(hers).remediations
    } == {
        (None, "exclude_from_next_training", "stated"),
        ("m-full", "retrain", "stated"),
        ("m-adapter", "remove_adapter", "stated"),
        ("m-embedding_index", "rebuild_index", "stated"),
    }


def test_a_model_registered_after_the_taint_gets_its_remediation(
    propagation_driver: PropagationDriver,
) -> None:
    hers = create_data_set(propagation_driver, "ann")
    propagation_driver.deliver(propagation_driver.withdraw())

    shown = propagation_driver.register(hers, "late", "adapter")

    assert ("late", "remove_adapter") in [
        (each.model_id, each.action) for each in shown.remediations
    ]


def test_a_withdrawal_is_shown_before_propagation_and_only_to_its_customer(
    propagation_driver: PropagationDriver,
) -> None:
    withdrawal = withdrawal_id(propagation_driver.withdraw())
    deps = propagation_driver.acme.deps

    shown = get_withdrawal(withdrawal, caller=OPERATOR, deps=deps)

    assert (shown.started_at, shown.completed_at, shown.data_sets) == (None, None, ())
    with pytest.raises(ForbiddenCustomerError):
        get_withdrawal(withdrawal, caller=Caller.allowed("x", "globex"), deps=deps)
    for wrong in (f"{withdrawal}x", "acme~x", "acme~customer~granted"):
        with pytest.raises(NotFoundError):
            get_withdrawal(wrong, caller=OPERATOR, deps=deps)


def test_a_model_id_identifies_one_model(propagation_driver: PropagationDriver) -> None:
    hers = create_data_set(propagation_driver, "ann")

    once = propagation_driver.register(hers, "m")

    assert propagation_driver.register(hers, "m") == once
    with pytest.raises(ConflictingIdError):
        propagation_driver.register(hers, "m", "adapter")
    with pytest.raises(NotFoundError):
        propagation_driver.register(f"{ACME}~nothing", "m")
