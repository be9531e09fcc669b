"""A manifest of one JSON object a line, read through the mapping that its request declares."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from consentry.domain.contract import Id, Moment
from consentry.domain.errors import MalformedError
from consentry.domain.manifests.fields import DataNodes, Fields, PeopleIn, Said
from consentry.domain.manifests.manifest import MAX_LINE_BYTES, Row
from consentry.domain.manifests.row_json import load_row
from consentry.domain.requests import leaves_of
from consentry.domain.vocabulary import DataCategory, Role, Service

_ID = TypeAdapter(Id)
_MOMENT = TypeAdapter(Moment)
_NODES = TypeAdapter(DataNodes)
_REMEMBERED = 65_536


@dataclass(frozen=True)
class JsonlReader:
    """The `ManifestReader` of JSON lines; each line is an item of its own."""

    fields: Fields
    reads_twice = knows_recordings = knows_seconds = False

    def note(self, line: bytes) -> Iterable[str]:
        """The people whom a line names."""
        try:
            return [person for person, _ in self.row(line).people]
        except MalformedError:
            return ()

    def row(self, line: bytes) -> Row:
        """The line's item."""
        return row_of(self.fields, self.document(line))

    def document(self, line: bytes) -> Mapping[str, Any]:
        """The line's object. A blank line says nothing, so nothing can be decided on it."""
        if not line.strip():
            raise MalformedError("line", "is blank")
        if len(line) > MAX_LINE_BYTES:
            raise MalformedError("line", "is too long")
        return load_row(line)

    def speech(self, line: bytes) -> None:
        """Each line is alone."""


def row_of(fields: Fields, document: Mapping[str, Any]) -> Row:
    """What a document says through a mapping; MalformedError names our field that is wrong."""
    return Row(
        data=_checked(_leaves, _said(fields.data, document, "data"), "data"),
        collected_at=_checked(
            _moment, _said(fields.collected_at, document, "collected_at"), "collected_at"
        ),
        collected_by=_checked(
            Service, _said(fields.collected_by, document, "collected_by"), "collected_by"
        ),
        people=_people(fields.people, document) if fields.people else frozenset(),
    )


def _said(said: Said[Any], document: Mapping[str, Any], ours: str) -> Any:
    if said.field is None:
        return said.constant
    return value_at(said.field, document, ours)


def value_at(path: str, document: Any, ours: str) -> Any:
    """What stands at a dotted path; MalformedError, which names our field, if nothing does."""
    for step in path.split("."):
        if not isinstance(document, dict) or step not in document:
            raise MalformedError(ours, "is missing")
        document = document[step]
    return document


def _checked[T](check: Callable[[Any], T], value: Any, ours: str) -> T:
    # A list is made a tuple so that what was seen once need not be checked again.
    hashable = tuple(value) if isinstance(value, list) else value
    try:
        return check(hashable)
    except (ValidationError, ValueError, TypeError):
        raise MalformedError(ours, "is malformed or unknown") from None


@lru_cache(_REMEMBERED)
def _leaves(nodes: str | tuple[str, ...]) -> tuple[DataCategory, ...]:
    return leaves_of(_NODES.validate_python(nodes))


@lru_cache(_REMEMBERED)
def _moment(value: Any) -> Any:
    return _MOMENT.validate_python(value)


def _people(mapping: PeopleIn, document: Mapping[str, Any]) -> frozenset[tuple[str, Role]]:
    named = value_at(mapping.field, document, "people")
    each = named if isinstance(named, list) else [named]
    return frozenset(_person(one, mapping.role) for one in each)


def _person(named: Any, role: Role | None) -> tuple[str, Role]:
    if isinstance(named, dict):
        named, role = value_at("person", named, "people.person"), _role(named, role)
    if role is None:
        raise MalformedError("people.role", "is missing")
    return _checked(_ID.validate_python, named, "people.person"), role


def _role(named: Mapping[str, Any], role: Role | None) -> Role | None:
    return _checked(Role, named["role"], "people.role") if "role" in named else role
