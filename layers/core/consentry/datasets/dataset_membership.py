"""Which data sets hold whom: records, the files of their people, and the decisions that make records count."""

from collections.abc import Iterator, Sequence
from itertools import batched

from consentry.consent.consent_event import CUSTOMER_PARTY
from consentry.datasets.data_set import DataSet
from consentry.datasets.get_data_set import is_committed
from consentry.datasets.open import DataSetDependencies

BATCH_SIZE = 100
"""Data sets whose files are asked together."""


def data_sets_containing(customer: str, party: str, deps: DataSetDependencies) -> Iterator[DataSet]:
    """All data sets that may hold the party."""
    for some in batched(deps.data_sets.of_customer(customer), BATCH_SIZE, strict=False):
        yield from filter_containing(party, some, deps)


def filter_containing(
    party: str, data_sets: Sequence[DataSet], deps: DataSetDependencies
) -> list[DataSet]:
    """Those of some records that are of data sets, and may hold the party.

    A customer is in all of its own, a person in those whose file lists them, or is gone.
    """
    held = list(data_sets)
    if party != CUSTOMER_PARTY:
        listed = deps.membership_files.may_contain([each.people for each in data_sets], party)
        held = [each for each, may in zip(data_sets, listed, strict=True) if may]
    return [each for each in held if is_committed(each, deps.decisions)]
