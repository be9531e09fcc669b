"""`consentry consent renew` and `consentry consent coverage`: who must renew, and how many people have consented."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby
from typing import Annotated

from annotated_types import Gt
from cyclopts import Parameter
from pydantic import AllowInfNan, TypeAdapter

from consentry.aws import clients
from consentry.kernel.schema import Id, PersonId, StrictModel, UtcDatetime
from consentry.renewal.coverage import CoverageCount, count_coverage
from consentry.renewal.eventbridge import EventBridgeRenewalPublisher
from consentry.renewal.renew_consents import renew_consents
from consentry_cli.files import UnreadableFileError, read_file
from consentry_cli.options import AsJson, CustomerId, InputFile, StackName
from consentry_cli.render import format_time, print_table
from consentry_cli.session import open_dependencies, open_with_terms, operator

Times = Annotated[list[str] | None, Parameter(help="A time: 2026-01-01T00:00:00Z; repeatable.")]
Again = Annotated[bool, Parameter(negative=(), help="Start over: notify all parties again.")]


class CoverageQuery(StrictModel):
    """A customer, and the times to count at."""

    customer: Id
    moments: tuple[UtcDatetime, ...]


class RenewalRequest(StrictModel):
    """A customer and its people, from the customer's own list."""

    customer: Id
    people: tuple[PersonId, ...]
    rate: Annotated[float, Gt(0), AllowInfNan(False)]


def coverage(
    customer: CustomerId,
    *,
    at: Times = None,
    json: AsJson = False,
    stack: StackName = None,
) -> None:
    """Count people by use and consent status, now or at several times. Reads the whole consent table."""
    query = CoverageQuery.read({"customer": customer, "moments": at or [datetime.now(UTC)]})
    counts = count_coverage(
        query.customer, query.moments, caller=operator(), deps=open_dependencies(stack)
    )
    if json:
        print(TypeAdapter(tuple[CoverageCount, ...]).dump_json(counts, indent=2).decode())
        return
    headings = ("at", "use", "people", "the customer")
    print_table("people with a consent event, by status", headings, _rows(counts))


def _rows(counts: tuple[CoverageCount, ...]) -> Iterator[tuple[str, str, str, str]]:
    by_use = groupby(counts, key=lambda count: (count.at, count.operation, count.service))
    for (at, operation, service), group in by_use:
        statuses = list(group)
        people = ", ".join(f"{each.people} {each.status}" for each in statuses if each.people)
        customer = ", ".join(each.status for each in statuses if each.customer)
        yield format_time(at), f"{operation}/{service}", people, customer


def renew(
    customer: CustomerId,
    file: InputFile,
    *,
    rate: Annotated[float, Parameter(help="The most events to publish per second.")] = 10,
    again: Again = False,
    stack: StackName = None,
) -> None:
    """Publish a ConsentRenewalDue event for the customer and each person with invalidated grants.

    If it is interrupted, the same command resumes where it stopped.

    Parameters
    ----------
    file
        The customer's list of its people, one id per line; `-` is the standard input.
    """
    request = RenewalRequest.read({"customer": customer, "people": _read_ids(file), "rate": rate})
    deps = open_with_terms(stack, "EVENT_BUS")
    publisher = EventBridgeRenewalPublisher(
        deps.settings.event_bus, clients.eventbridge, time.sleep, request.rate
    )
    published = renew_consents(
        request.customer,
        request.people,
        again=again,
        caller=operator(),
        at=datetime.now(UTC),
        deps=deps,
        publish=publisher.publish,
    )
    events = f"{published} ConsentRenewalDue event{'' if published == 1 else 's'}"
    print(f"{events} published; checked the customer and {len(request.people)} people")


def _read_ids(file: InputFile) -> tuple[str, ...]:
    try:
        text = read_file(file).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableFileError(file, "must have one id per line, in UTF-8") from None
    # Only a line feed ends a line: other separators of `splitlines` may be part of an id.
    lines = (line.removesuffix("\r") for line in text.split("\n"))
    people = tuple(dict.fromkeys(line for line in lines if line.strip()))
    if any(person != person.strip() for person in people):
        raise UnreadableFileError(file, "has an id that begins or ends with a space")
    return people
