"""`consentry consent receipt`: the receipt of an act, as JSON-LD or as a page to print."""

from datetime import UTC, datetime
from typing import Annotated

from cyclopts import Parameter

from consentry.domain.consent.acts import CUSTOMER_PARTY
from consentry.domain.contract import Document, Id
from consentry.domain.errors import NotFoundError
from consentry.domain.receipts.receipt_document import written
from consentry.domain.receipts.receipt_page import page_of
from consentry.flows.ports import KeyRing
from consentry.flows.show_receipt import show_receipt
from infra.cli.operating import Customer, StackName, operator, refusals_told, stores_of


class ActNamed(Document):
    """Which act, and whose."""

    customer: Id
    person: Id | None
    act: Id


def show(
    customer: Customer,
    act: Annotated[str, Parameter(help="The act's id.")],
    *,
    person: Annotated[
        str | None, Parameter(help="Whose act it is; without it, the customer's own.")
    ] = None,
    html: Annotated[bool, Parameter(negative=(), help="As a page that a person can read.")] = False,
    stack: StackName = None,
) -> None:
    """Print the receipt of an act: ISO/IEC TS 27560 in the words of DPV, as JSON-LD."""
    with refusals_told():
        asked = ActNamed.read({"customer": customer, "person": person, "act": act})
        stores = stores_of(stack)
        receipt = show_receipt(
            asked.customer,
            _party(asked, stores.keys),
            asked.act,
            caller=operator(),
            at=datetime.now(UTC),
            world=stores,
        )
        print(page_of(receipt) if html else written(receipt))


def _party(asked: ActNamed, keys: KeyRing) -> str:
    if asked.person is None:
        return CUSTOMER_PARTY
    names = keys.known_names(asked.customer, (asked.person,))
    if asked.person not in names:
        raise NotFoundError("receipt")
    return names[asked.person]
