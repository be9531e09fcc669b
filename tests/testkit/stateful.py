"""Random lives of a state machine, told whole, by the one seed of a run."""

import os

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test


def run_stateful(machine: type[RuleBasedStateMachine], *, runs: int, steps: int) -> None:
    """Run so many lives of so many steps; `STATEFUL_TEST_SEED` (tests/conftest.py) repeats them."""
    told = settings(
        max_examples=runs,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        phases=[Phase.generate],  # a life is told whole: shrinking one of fifty steps takes minutes
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(seed(int(os.environ["STATEFUL_TEST_SEED"]))(machine), settings=told)
