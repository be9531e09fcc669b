"""`consentry consent renew`: whose grants the terms have outdated is told on the bus, to be asked again."""

import time
from datetime import UTC, datetime
from typing import Annotated

from annotated_types import Gt
from cyclopts import Parameter
from pydantic import AllowInfNan

from consentry.aws import clients
from consentry.kernel.schema import Id, StrictModel
from consentry.renewal.eventbridge import EventBridgeRenewalPublisher
from consentry.renewal.renew_consents import renew_consents
from consentry_cli.files import InputFile, UnreadableFileError, read_file
from consentry_cli.session import (
    StackName,
    environment_of,
    errors_reported,
    open_deciding_dependencies,
    operator,
)

BUS_OUTPUT = {"EVENT_BUS": "DataUseBusName"}


class RenewalRequest(StrictModel):
    """A customer and its people, as its own list has them."""

    customer: Id
    people: tuple[Id, ...]
    rate: Annotated[float, Gt(0), AllowInfNan(False)]


def renew(
    customer: str,
    file: InputFile,
    *,
    rate: Annotated[float, Parameter(help="Events a second, at the most.")] = 10,
    again: Annotated[bool, Parameter(help="Begin anew, to remind who was told before.")] = False,
    stack: StackName = None,
) -> None:
    """Put a ConsentRenewalDue event on the bus for the customer and each person whose grants are outdated.

    Interrupted, the same command goes on where it stopped.

    Parameters
    ----------
    customer
        The customer's id.
    file
        The customer's own list of its people, an id a line; `-` is the standard input.
    """
    with errors_reported():
        listed = RenewalRequest.read(
            {"customer": customer, "people": _read_ids(file), "rate": rate}
        )
        repositories = open_deciding_dependencies(stack)
        bus = environment_of(stack, BUS_OUTPUT)["EVENT_BUS"]
        told = renew_consents(
            listed.customer,
            listed.people,
            again=again,
            caller=operator(),
            at=datetime.now(UTC),
            deps=repositories,
            publish=EventBridgeRenewalPublisher(bus, clients.eventbridge, time.sleep, rate).publish,
        )
        sent = f"{told} ConsentRenewalDue event{'' if told == 1 else 's'}"
        print(f"{sent}; the customer and {len(listed.people)} people were looked at")


def _read_ids(file: InputFile) -> tuple[str, ...]:
    try:
        lines = read_file(file).decode("ascii").split()
    except UnicodeDecodeError:
        raise UnreadableFileError(file, "holds other than ids in ASCII, one a line") from None
    return tuple(dict.fromkeys(lines))
