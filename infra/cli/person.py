"""`consentry person`: a person is erased (GDPR Art. 17)."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import uuid4

from cyclopts import App, Parameter

from consentry.domain.erasure import Erasure
from consentry.flows.erase_person import erase_person
from infra.cli.operating import StackName, operator, refusals_told, stores_of

app = App(name="person", help="Erase one of a customer's people.")


@app.command
def erase(
    customer: str,
    person: str,
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
        stores = stores_of(stack)
        erased = erase_person(
            erasure,
            caller=operator(),
            at=datetime.now(UTC),
            keys=stores.keys,
            consents=stores.consents,
            erasures=stores.erasures,
        )
        print(f"erased at {erased.at:%Y-%m-%dT%H:%M:%SZ} ({erased.erasure_id}); what is kept:")
        for kept in erased.kept:
            until = f"until {kept.until:%Y-%m-%d}" if kept.until else "until it is removed"
            print(f"- {kept.what}: {until}")
