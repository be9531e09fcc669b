"""`consentry consent receipt`: the receipt of an act, as JSON-LD or as a page to print."""

from datetime import UTC, datetime
from typing import Annotated

from cyclopts import Parameter

from consentry.consent.consent_event import CUSTOMER_PARTY
from consentry.kernel.errors import NotFoundError
from consentry.kernel.schema import Id, StrictModel
from consentry.pseudonyms.repository import PseudonymRepository
from consentry.receipts.document import to_json
from consentry.receipts.get_receipt import get_receipt
from consentry.receipts.receipt_page import render_receipt_page
from consentry_cli.session import Customer, StackName, errors_reported, open_dependencies, operator


class ConsentEventQuery(StrictModel):
    """Which act, and whose."""

    customer: Id
    person: Id | None
    consent_event: Id


def show(
    customer: Customer,
    consent_event: Annotated[str, Parameter(help="The act's id.")],
    *,
    person: Annotated[
        str | None, Parameter(help="Whose act it is; without it, the customer's own.")
    ] = None,
    html: Annotated[bool, Parameter(negative=(), help="As a page that a person can read.")] = False,
    stack: StackName = None,
) -> None:
    """Print the receipt of an act: ISO/IEC TS 27560 in the words of DPV, as JSON-LD."""
    with errors_reported():
        asked = ConsentEventQuery.read(
            {"customer": customer, "person": person, "consent_event": consent_event}
        )
        repositories = open_dependencies(stack)
        receipt = get_receipt(
            asked.customer,
            _party(asked, repositories.pseudonyms),
            asked.consent_event,
            caller=operator(),
            at=datetime.now(UTC),
            deps=repositories,
        )
        print(render_receipt_page(receipt) if html else to_json(receipt))


def _party(asked: ConsentEventQuery, keys: PseudonymRepository) -> str:
    if asked.person is None:
        return CUSTOMER_PARTY
    names = keys.find_pseudonyms(asked.customer, (asked.person,))
    if asked.person not in names:
        raise NotFoundError("receipt")
    return names[asked.person]
