"""Consents shown over HTTP: the standings and acts of a customer, or of one of its people."""

import os
from datetime import UTC, datetime
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from consentry.aws.stores import open_stores
from consentry.domain.contract import Moment
from consentry.flows.show_consent import ConsentShown, show_consent
from functions.http import PathId, caller_of

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call]

AsOf = Annotated[Moment | None, Query(alias="at")]
"""The moment that is asked about; now, if it is left out."""


@router.get("/consents/<customer>")
def of_customer(customer: PathId, as_of: AsOf = None) -> ConsentShown:
    """The customer's own standings and acts, now or at another moment."""
    return _shown(customer, None, as_of)


@router.get("/consents/<customer>/<person>")
def of_person(customer: PathId, person: PathId, as_of: AsOf = None) -> ConsentShown:
    """A person's standings and acts, now or at another moment."""
    return _shown(customer, person, as_of)


def _shown(customer: str, person: str | None, as_of: datetime | None) -> ConsentShown:
    world, now = open_stores(os.environ), datetime.now(UTC)
    caller = caller_of(router)
    return show_consent(customer, person, as_of=as_of, caller=caller, at=now, world=world)
