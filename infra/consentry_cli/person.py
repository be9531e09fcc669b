"""`consentry person`: export a person's data (GDPR Art. 15), or erase the person (Art. 17)."""

from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated
from uuid import uuid4

from cyclopts import App, Parameter
from pydantic import TypeAdapter

from consentry.html.labels import number_of
from consentry.kernel.errors import InvalidRequestError
from consentry.privacy.erase_person import erase_person
from consentry.privacy.erasure import Erasure
from consentry.privacy.export_person import export_person
from consentry.privacy.person_export import PersonExport
from consentry.privacy.person_page import render_person_page
from consentry_cli.main import COMMANDS
from consentry_cli.options import CustomerId, PersonArgument, PersonQuery, StackName
from consentry_cli.render import format_time
from consentry_cli.session import open_dependencies, operator

app = App(name="person", help=COMMANDS["person"])


@app.command
def erase(
    customer: CustomerId,
    person: PersonArgument,
    *,
    erasure_id: Annotated[
        str | None, Parameter(help="Repeating an id erases nothing more. Without it, a new id.")
    ] = None,
    stack: StackName = None,
) -> None:
    """Delete a person's pseudonym, consent events and state. Prints the retained data, and until when.

    Decisions remain provable under a retired pseudonym. Later requests with the person's data are denied, until the
    person grants consent again.
    """
    party = {"customer": customer, "party": {"person": person}}
    erasure = Erasure.read({"erasure_id": erasure_id or f"operator-{uuid4()}"} | party)
    deps = open_dependencies(stack)
    erased = erase_person(erasure, caller=operator(), at=datetime.now(UTC), deps=deps)
    print(f"erased at {format_time(erased.at)} ({erased.erasure_id}); retained:")
    for retained in erased.retained:
        until = f", until {retained.until:%Y-%m-%d}" if retained.until else ""
        print(f"- {retained.what}{until}")


@app.command
def export(
    customer: CustomerId,
    person: PersonArgument,
    *,
    to: Annotated[Path, Parameter(help="The folder for the two files.")] = Path(),
    stack: StackName = None,
) -> None:
    """Write a person's data to person.json and person.html. Only you may read the files.

    Reads every decision of the customer and every data set, at half a read unit for each 4 KB.
    """
    query = PersonQuery.read({"customer": customer, "person": person})
    deps = open_dependencies(stack, "DATA_SET_TABLE", "SCREENING_BUCKET")
    at = datetime.now(UTC)
    exported = export_person(query.customer, query.person, caller=operator(), at=at, deps=deps)
    _write(to / "person.json", TypeAdapter(PersonExport).dump_json(exported, indent=2))
    _write(to / "person.html", render_person_page(exported).encode("utf-8"))
    print(
        f"{number_of(len(exported.consent_events), 'consent event')}, "
        f"{number_of(len(exported.decisions), 'decision')}, "
        f"{number_of(len(exported.data_sets), 'data set')}: {to / 'person.json'}, {to / 'person.html'}"
    )


def _write(file: Path, content: bytes) -> None:
    """Replace a file by one that only its owner may read, whatever the permissions of the old one."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        # mkstemp creates a file of mode 0600. It replaces the old one in one step.
        with NamedTemporaryFile(dir=file.parent, delete_on_close=False) as written:
            written.write(content)
            written.close()
            Path(written.name).replace(file)
    except OSError as failed:
        raise InvalidRequestError("to", f"cannot be written: {failed.strerror}") from failed
