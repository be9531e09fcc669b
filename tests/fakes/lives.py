"""Random lives of a state machine, told whole, by the one seed of a run."""

import os

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test


def live(machine: type[RuleBasedStateMachine], *, lives: int, steps: int) -> None:
    """Run so many lives of so many steps; `LIFE_SEED` (tests/conftest.py) repeats them."""
    told = settings(
        max_examples=lives,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        phases=[Phase.generate],  # a life is told whole: shrinking one of fifty steps takes minutes
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(seed(int(os.environ["LIFE_SEED"]))(machine), settings=told)
