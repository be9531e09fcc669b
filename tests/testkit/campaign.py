"""The size of the random and exhaustive tests, by the environment variable CAMPAIGN.

- unset or 0: `make test`. A small slice of each.
- 1: `make campaign`, and CI. At most ten minutes on two cores.
- n > 1: n times as many random examples as 1.
"""

import os

CAMPAIGN = int(os.environ.get("CAMPAIGN", "0"))


def examples(small: int, campaign: int) -> int:
    """How many random examples to run: `small` in `make test`, `campaign * n` in a campaign."""
    return campaign * CAMPAIGN if CAMPAIGN else small
