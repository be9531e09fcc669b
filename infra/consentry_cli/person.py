"""`consentry person`: what is known of a person is exported (GDPR Art. 15), or the person erased (Art. 17)."""

from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated
from uuid import uuid4

from cyclopts import App, Parameter
from pydantic import TypeAdapter

from consentry.kernel.errors import InvalidRequestError
from consentry.privacy.erase_person import erase_person
from consentry.privacy.erasure import Erasure
from consentry.privacy.export_person import export_person
from consentry.privacy.person_export import PersonExport
from consentry.privacy.person_page import render_person_page
from consentry_cli.consent_render import PartyQuery
from consentry_cli.dataset import DATA_SET_OUTPUTS
from consentry_cli.session import (
    DEFAULTS,
    Customer,
    OperatorDependencies,
    Person,
    StackName,
    environment_of,
    errors_reported,
    open_dependencies,
    operator,
)

EXPORT_OUTPUTS = DATA_SET_OUTPUTS | {"SCREENING_BUCKET": "ScreeningBucketName"}

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
    with errors_reported():
        named = {"customer": customer, "person": person}
        erasure = Erasure.read({"erasure_id": erasure_id or f"operator-{uuid4()}"} | named)
        erased = erase_person(
            erasure,
            caller=operator(),
            at=datetime.now(UTC),
            deps=open_dependencies(stack),
        )
        print(f"erased at {erased.at:%Y-%m-%dT%H:%M:%SZ} ({erased.erasure_id}); what is kept:")
        for retained in erased.retained:
            until = f", until {retained.until:%Y-%m-%d}" if retained.until else ""
            print(f"- {retained.what}{until}")


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
    with errors_reported():
        asked = PartyQuery.read({"customer": customer, "person": person, "at": None})
        deps = OperatorDependencies.open(DEFAULTS | environment_of(stack, EXPORT_OUTPUTS))
        now = datetime.now(UTC)
        export = export_person(asked.customer, person, caller=operator(), at=now, deps=deps)
        _write(to / "person.json", TypeAdapter(PersonExport).dump_json(export, indent=2))
        _write(to / "person.html", render_person_page(export).encode("utf-8"))
        events = f"{len(export.consent_events)} consent events"
        counts = f"{len(export.decisions)} decisions, {len(export.data_sets)} data sets"
        print(f"{events}, {counts}: {to / 'person.json'}, {to / 'person.html'}")


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
        raise InvalidRequestError("to", f"cannot be written: {failed.strerror}") from failed
