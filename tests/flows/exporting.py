"""What is known of a person in a small world, exported."""

from pydantic import TypeAdapter

from consentry.domain.person.person_export import PersonExport
from consentry.flows.export_person import export_person
from consentry.flows.holdings import Holdings
from consentry.flows.reach_ports import PeopleFiles
from tests.fakes.objects import ObjectsInMemory
from tests.fakes.worlds import ACME, NOW, SECOND, World

NO_FILES = ObjectsInMemory()


def exported(named: World, person: str = "ann", files: PeopleFiles = NO_FILES) -> PersonExport:
    """All that is known of one of Acme's people."""
    return export_person(
        ACME,
        person,
        caller=named.caller,
        at=NOW + 9 * SECOND,
        keys=named.keys,
        consents=named.consents,
        bindings=named.bindings,
        library=named.library,
        history=named.history,
        holdings=Holdings(named.data_sets, files, named.decisions),
    )


def as_json(export: PersonExport) -> str:
    """An export as it is written."""
    return TypeAdapter(PersonExport).dump_json(export).decode()
