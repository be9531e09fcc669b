"""Run the stateful model tests with the one seed of a run."""

import os

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test


def run_stateful(machine: type[RuleBasedStateMachine], *, runs: int, steps: int) -> None:
    """Run a state machine `runs` times with at most `steps` steps. `TEST_SEED` repeats the runs."""
    run_settings = settings(
        max_examples=runs,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        phases=[Phase.generate],  # no shrinking: it takes minutes for a run of fifty steps
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(seed(int(os.environ["TEST_SEED"]))(machine), settings=run_settings)
