"""Which data sets hold whom: records, the files of their people, and the decisions that make records count."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from consentry.domain.consent.acts import CUSTOMER_PARTY
from consentry.domain.reach.data_sets import DataSet
from consentry.domain.reach.people_file import holds
from consentry.flows.ports import Decisions
from consentry.flows.reach_ports import DataSets, PeopleFiles
from consentry.flows.show_data_set import is_committed


@dataclass(frozen=True, slots=True)
class Holdings:
    """A customer is in all of its own data sets, a person in those whose file lists them."""

    data_sets: DataSets
    files: PeopleFiles
    decisions: Decisions

    def of(self, customer: str, party: str) -> Iterator[DataSet]:
        """All data sets that hold the party; UnansweredError if a file of people is damaged."""
        return (each for each in self.data_sets.of_customer(customer) if self.hold(each, party))

    def hold(self, data_set: DataSet, party: str) -> bool:
        """Whether a record is of a data set, and holds the party."""
        held = party == CUSTOMER_PARTY or holds(
            partial(self.files.read_part, data_set.people.key), party
        )
        return held and is_committed(data_set, self.decisions)
