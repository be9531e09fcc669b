"""A data-use request: the customer, the data, the use, the model owner, and who declares these facts."""

from typing import Annotated

from annotated_types import Len
from pydantic import field_validator

from consentry.kernel.placeholders import DEFAULT_PLACEHOLDERS, Patterns, find_unidentified
from consentry.kernel.schema import (
    EXCLUDE_IF_NONE,
    CategoryNode,
    Id,
    PersonId,
    RoleId,
    ServiceId,
    StrictModel,
    UtcDatetime,
)
from consentry.kernel.vocabulary import DataCategory, ModelOwner, Operation, Role, vocabulary

MAX_PEOPLE = 300
"""A decision on so many people and every leaf still fits into one DynamoDB item. For more, screen a manifest."""


class Use(StrictModel):
    """An operation for a service."""

    operation: Operation
    service: ServiceId


class PersonInData(StrictModel):
    """A person in the data, with a role."""

    person: PersonId
    role: RoleId


class Collected(StrictModel):
    """When and by which service the data was collected, as `declared_by` states."""

    at: UtcDatetime
    by_service: ServiceId


class DataUse(StrictModel):
    """The fields that a request for one item and a request for a manifest have in common."""

    request_id: Id
    customer: Id
    use: Use
    model_owner: ModelOwner
    declared_by: Id


type NamedPeople = tuple[tuple[str | None, Role], ...]
"""The people of a request in its order: id (None: the label is a placeholder) and role."""


class DataUseRequest(DataUse):
    """May this data of this customer be used in this way? It has no field for consent: only stored events count."""

    data: Annotated[tuple[CategoryNode, ...], Len(1, 32)]
    collected: Collected
    people: Annotated[tuple[PersonInData, ...], Len(0, MAX_PEOPLE)] = ()
    placeholders: Annotated[Patterns | None, EXCLUDE_IF_NONE] = None
    """The labels of unidentified people; None means DEFAULT_PLACEHOLDERS."""

    @field_validator("people")
    @classmethod
    def _each_person_once(cls, people: tuple[PersonInData, ...]) -> tuple[PersonInData, ...]:
        if len({named.person for named in people}) != len(people):
            raise ValueError("names the same person twice")
        return people

    def named_people(self) -> NamedPeople:
        """The people, by the request's own placeholders or the default ones."""
        patterns = DEFAULT_PLACEHOLDERS if self.placeholders is None else self.placeholders
        labels = find_unidentified((each.person for each in self.people), patterns)
        return tuple(
            (None if each.person in labels else each.person, each.role) for each in self.people
        )


def leaves_of(nodes: tuple[str, ...]) -> tuple[DataCategory, ...]:
    """The leaves under the nodes, each once, in the tree's order."""
    words = vocabulary()
    if len(nodes) == 1:
        return words.leaves_under[nodes[0]]
    return words.in_order(leaf for node in nodes for leaf in words.leaves_under[node])
