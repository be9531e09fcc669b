"""Which data sets hold whom: records, the files of their people, and the decisions that make records count."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import batched

from consentry.domain.consent.acts import CUSTOMER_PARTY
from consentry.domain.reach.data_sets import DataSet
from consentry.flows.ports import Decisions
from consentry.flows.reach_ports import DataSets, PeopleFiles
from consentry.flows.show_data_set import is_committed

AT_ONCE = 100
"""Data sets whose files are asked together."""


@dataclass(frozen=True, slots=True)
class Holdings:
    """A customer is in all of its own data sets, a person in those whose file lists them, or is gone."""

    data_sets: DataSets
    files: PeopleFiles
    decisions: Decisions

    def of(self, customer: str, party: str) -> Iterator[DataSet]:
        """All data sets that may hold the party."""
        for some in batched(self.data_sets.of_customer(customer), AT_ONCE, strict=False):
            yield from self.among(some, party)

    def among(self, data_sets: Sequence[DataSet], party: str) -> list[DataSet]:
        """Those of some records that are of data sets, and may hold the party."""
        held = list(data_sets)
        if party != CUSTOMER_PARTY:
            listed = self.files.may_list([each.people for each in data_sets], party)
            held = [each for each, may in zip(data_sets, listed, strict=True) if may]
        return [each for each in held if is_committed(each, self.decisions)]
