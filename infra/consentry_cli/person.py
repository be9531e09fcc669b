"""`consentry person`: export a person's data (GDPR Art. 15), or erase the person (Art. 17)."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated
from uuid import uuid4

from cyclopts import App, Parameter
from pydantic import TypeAdapter

from consentry.consent.similar_people import find_similar_people
from consentry.html.labels import number_of
from consentry.kernel.errors import InvalidRequestError
from consentry.privacy.erase_person import erase_person
from consentry.privacy.erasure import DestroyedData, Erasure
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
    yes: Annotated[bool, Parameter(help="Erase at once.", negative=())] = False,
    stack: StackName = None,
) -> None:
    """Delete a person's pseudonym, consent events and state. Prints the retained data, and until when.

    Decisions remain provable under a retired pseudonym. Later requests with the person's data are denied, until the
    person grants consent again.
    """
    party = {"customer": customer, "party": {"person": person}}
    erasure = Erasure.read({"erasure_id": erasure_id or f"operator-{uuid4()}"} | party)
    deps = open_dependencies(stack)
    if not yes:
        _confirm()
    erased = erase_person(erasure, caller=operator(), at=datetime.now(UTC), deps=deps)
    print(f"erased at {format_time(erased.at)} ({erased.erasure_id})")
    print(_destroyed_text(erased.destroyed))
    print("retained:")
    for retained in erased.retained:
        until = f", until {retained.until:%Y-%m-%d}" if retained.until else ""
        print(f"- {retained.what}{until}")


def _confirm() -> None:
    """Ask whether to erase; InvalidRequestError if the answer is not `yes`, or nobody can be asked."""
    if not sys.stdin.isatty():
        raise InvalidRequestError("yes", "is required where nobody can be asked: add --yes")
    print("Erasing cannot be undone. Type `yes` to erase: ", end="", flush=True)
    if sys.stdin.readline().strip() != "yes":
        raise InvalidRequestError("yes", "was not the answer: nothing is erased")


def _destroyed_text(destroyed: DestroyedData | None) -> str:
    if destroyed is None:
        return "nothing destroyed: this erasure was complete before"
    if not destroyed.known_before:
        text = "the person was not known under this id: nothing destroyed"
    else:
        text = f"destroyed: the pseudonym and {destroyed.consent_events} consent events"
    if destroyed.similar_ids:
        others = number_of(destroyed.similar_ids, "other person has", "other people have")
        text += f"\n{others} this id in another writing: consentry person similar"
    return text


@app.command
def similar(customer: CustomerId, person: PersonArgument, *, stack: StackName = None) -> None:
    """Show whether an id is known, and the people whose ids differ from it only in their writing.

    Compares by NFKC, casefold, outer spaces and number: `007` and `7.0` are 7. The tables hold no ids, so it prints
    pseudonyms.
    """
    query = PersonQuery.read({"customer": customer, "person": person})
    at, deps = datetime.now(UTC), open_dependencies(stack)
    found = find_similar_people(query.customer, query.person, caller=operator(), at=at, deps=deps)
    print(f"this id is {'known' if found.known else 'not known'}")
    print(f"{len(found.similar)} other people have it in another writing")
    for each in found.similar:
        statuses = dict.fromkeys(status.status for status in each.statuses)
        print(f"- {each.pseudonym}: {', '.join(statuses) or 'never_asked'}")


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
