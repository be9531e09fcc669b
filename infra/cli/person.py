"""`consentry person`: what is known of a person is exported (GDPR Art. 15), or the person erased (Art. 17)."""

from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated
from uuid import uuid4

from cyclopts import App, Parameter
from pydantic import TypeAdapter

from consentry.aws.stores import open_stores
from consentry.domain.consent.erasure import Erasure
from consentry.domain.errors import MalformedError
from consentry.domain.person.person_export import PersonExport
from consentry.domain.person.person_page import page_of
from consentry.flows.erase_person import erase_person
from consentry.flows.export_person import export_person
from infra.cli.consent_shown import Party
from infra.cli.dataset import DATA_SETS
from infra.cli.operating import (
    DEFAULTS,
    Customer,
    Person,
    StackName,
    named_by,
    operator,
    refusals_told,
    stores_of,
)

EXPORTED_FROM = DATA_SETS | {"SCREENING_BUCKET": "ScreeningBucketName"}

app = App(name="person", help="Export what is known of one of a customer's people, or erase them.")


@app.command
def erase(
    customer: Customer,
    person: Person,
    *,
    erasure_id: Annotated[
        str | None, Parameter(help="The same id again is the same erasure. Without it, a new one.")
    ] = None,
    stack: StackName = None,
) -> None:
    """Destroy a person's name, acts and state; print what is kept, and until when.

    Decisions stay provable under a name that is nobody's any more. Data that still names the person stays
    refused until the person grants anew.
    """
    with refusals_told():
        named = {"customer": customer, "person": person}
        erasure = Erasure.read({"erasure_id": erasure_id or f"operator-{uuid4()}"} | named)
        erased = erase_person(
            erasure,
            caller=operator(),
            at=datetime.now(UTC),
            world=stores_of(stack),
        )
        print(f"erased at {erased.at:%Y-%m-%dT%H:%M:%SZ} ({erased.erasure_id}); what is kept:")
        for kept in erased.kept:
            until = f", until {kept.until:%Y-%m-%d}" if kept.until else ""
            print(f"- {kept.what}{until}")


@app.command
def export(
    customer: Customer,
    person: Person,
    *,
    to: Annotated[Path, Parameter(help="Where to put the two files.")] = Path(),
    stack: StackName = None,
) -> None:
    """Write all that is known of a person as person.json and person.html, for that person alone.

    Reads every decision of the customer and the record of every data set, at half a read unit for each 4 KB.
    """
    with refusals_told():
        asked = Party.read({"customer": customer, "person": person, "at": None})
        world = open_stores(DEFAULTS | named_by(stack, EXPORTED_FROM))
        now = datetime.now(UTC)
        export = export_person(asked.customer, person, caller=operator(), at=now, world=world)
        _write(to / "person.json", TypeAdapter(PersonExport).dump_json(export, indent=2))
        _write(to / "person.html", page_of(export).encode("utf-8"))
        counts = f"{len(export.acts)} acts, {len(export.decisions)} decisions, {len(export.data_sets)} data sets"
        print(f"{counts}: {to / 'person.json'}, {to / 'person.html'}")


def _write(file: Path, content: bytes) -> None:
    """For the operator's eyes alone until the person has it, whoever could read a file that was there before."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        # A temporary file is its owner's alone (mkstemp: 0600), and takes the file's place whole or not at all.
        with NamedTemporaryFile(dir=file.parent, delete_on_close=False) as written:
            written.write(content)
            written.close()
            Path(written.name).replace(file)
    except OSError as failed:
        raise MalformedError("to", f"cannot be written: {failed.strerror}") from failed
