"""A data-use request: whose data, which data, for what, on whose model, and who declares it."""

from collections.abc import Mapping
from typing import Annotated, Self

from annotated_types import Len
from pydantic import field_validator

from consentry.kernel.schema import CategoryNode, Id, StrictModel, UtcDatetime
from consentry.kernel.vocabulary import (
    LEAVES_UNDER,
    DataCategory,
    ModelOwner,
    Operation,
    Role,
    Service,
)

MAX_PEOPLE = 300
"""As many as still fit, with every leaf asked, into one DynamoDB item; more is a screening's work."""


class Use(StrictModel):
    """An operation for a service."""

    operation: Operation
    service: Service


class PersonInData(StrictModel):
    """A data subject in the data, with a role."""

    person: Id
    role: Role


class Collected(StrictModel):
    """When the data was collected and by which service: declared, logged with who declares it."""

    at: UtcDatetime
    by_service: Service


class DataUse(StrictModel):
    """What every request says, for one item or for a manifest: use, owner, declarant."""

    request_id: Id
    customer: Id
    use: Use
    model_owner: ModelOwner
    declared_by: Id


class DataUseRequest(DataUse):
    """May this data of this customer be used so? Nothing in it speaks of consent: only stored acts count."""

    data: Annotated[tuple[CategoryNode, ...], Len(1, 32)]
    collected: Collected
    people: Annotated[tuple[PersonInData, ...], Len(0, MAX_PEOPLE)] = ()

    @field_validator("people")
    @classmethod
    def _each_person_once(cls, people: tuple[PersonInData, ...]) -> tuple[PersonInData, ...]:
        if len({each.person for each in people}) != len(people):
            raise ValueError("names somebody twice")
        return people

    def with_pseudonyms(self, names: Mapping[str, str]) -> Self:
        """The same request with people by their names, as nobody outside knows them."""
        people = tuple(p.model_copy(update={"person": names[p.person]}) for p in self.people)
        return self.model_copy(update={"people": people})


def leaves_of(nodes: tuple[str, ...]) -> tuple[DataCategory, ...]:
    """The leaves that the nodes stand for, each once, in the tree's order."""
    if len(nodes) == 1:
        return LEAVES_UNDER[nodes[0]]
    asked = {leaf for node in nodes for leaf in LEAVES_UNDER[node]}
    return tuple(leaf for leaf in DataCategory if leaf in asked)
