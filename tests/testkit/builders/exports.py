"""Exports of a person's data."""

from pydantic import TypeAdapter

from consentry.privacy.export_person import PAGE_SIZE, export_person
from consentry.privacy.person_export import PersonExport
from tests.testkit.builders.dependencies import ACME, NOW, SECOND, FakeDependencies


def exported(
    named: FakeDependencies, person: str = "ann", *, page_size: int = PAGE_SIZE
) -> PersonExport:
    """Export the data of a person of acme."""
    at = NOW + 9 * SECOND
    return export_person(ACME, person, caller=named.caller, at=at, deps=named, page_size=page_size)


def as_json(export: PersonExport) -> str:
    """The JSON text of an export."""
    return TypeAdapter(PersonExport).dump_json(export).decode()
