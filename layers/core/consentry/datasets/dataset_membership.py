"""The data sets that contain a party, by their membership files and the decision log."""

from collections.abc import Iterator, Sequence
from itertools import batched

from consentry.consent.consent_event import CUSTOMER_PARTY
from consentry.datasets.data_set import DataSet
from consentry.datasets.get_data_set import is_committed
from consentry.datasets.open import DataSetDependencies

BATCH_SIZE = 100
"""The number of membership files that are read at once."""


def data_sets_containing(customer: str, party: str, deps: DataSetDependencies) -> Iterator[DataSet]:
    """All data sets of a customer that may contain the party."""
    for batch in batched(deps.data_sets.list_by_customer(customer), BATCH_SIZE, strict=False):
        yield from filter_containing(party, batch, deps)


def filter_containing(
    party: str, data_sets: Sequence[DataSet], deps: DataSetDependencies
) -> list[DataSet]:
    """The committed data sets among these that may contain the party.

    All data sets of a customer contain the customer. A data set may contain a person if its
    membership file lists the person, is missing or is damaged.
    """
    containing = list(data_sets)
    if party != CUSTOMER_PARTY:
        files = [data_set.membership_file for data_set in data_sets]
        listed = deps.membership_files.may_contain(files, party)
        containing = [data_set for data_set, may in zip(data_sets, listed, strict=True) if may]
    return [data_set for data_set in containing if is_committed(data_set, deps.decisions)]
