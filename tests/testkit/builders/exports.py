"""What is known of a person in a small world, exported."""

from pydantic import TypeAdapter

from consentry.privacy.export_person import export_person
from consentry.privacy.person_export import PersonExport
from tests.testkit.builders.dependencies import ACME, NOW, SECOND, FakeDependencies


def exported(named: FakeDependencies, person: str = "ann") -> PersonExport:
    """All that is known of one of Acme's people."""
    at = NOW + 9 * SECOND
    return export_person(ACME, person, caller=named.caller, at=at, deps=named)


def as_json(export: PersonExport) -> str:
    """An export as it is written."""
    return TypeAdapter(PersonExport).dump_json(export).decode()
