"""Which data sets hold whom: records, the files of their people, and the decisions that make records count."""

from collections.abc import Iterator, Sequence
from itertools import batched
from typing import Protocol

from consentry.domain.consent.acts import CUSTOMER_PARTY
from consentry.domain.reach.data_sets import DataSet
from consentry.flows.reach_ports import PeopleFiles
from consentry.flows.show_data_set import is_committed
from consentry.flows.worlds import WithDataSets, WithDecisions

AT_ONCE = 100
"""Data sets whose files are asked together."""


class Holding(WithDataSets, WithDecisions, Protocol):
    """What it takes to know."""

    @property
    def people_files(self) -> PeopleFiles:
        """The port."""
        ...


def data_sets_of(customer: str, party: str, world: Holding) -> Iterator[DataSet]:
    """All data sets that may hold the party."""
    for some in batched(world.data_sets.of_customer(customer), AT_ONCE, strict=False):
        yield from holding(party, some, world)


def holding(party: str, data_sets: Sequence[DataSet], world: Holding) -> list[DataSet]:
    """Those of some records that are of data sets, and may hold the party.

    A customer is in all of its own, a person in those whose file lists them, or is gone.
    """
    held = list(data_sets)
    if party != CUSTOMER_PARTY:
        listed = world.people_files.may_list([each.people for each in data_sets], party)
        held = [each for each, may in zip(data_sets, listed, strict=True) if may]
    return [each for each in held if is_committed(each, world.decisions)]
