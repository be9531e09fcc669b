"""Consents shown over HTTP: the standings and acts of a customer, or of one of its people."""

import os
from datetime import UTC, datetime
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from consentry.consent.get_consent import ConsentDetails, get_consent
from consentry.consent.open import ConsentDependencies
from consentry.kernel.schema import UtcDatetime
from functions.adapters.api_gateway import PathId, caller_of

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call]

AsOf = Annotated[UtcDatetime | None, Query(alias="at")]
"""The moment that is asked about; now, if it is left out."""


@router.get("/consents/<customer>")
def get_customer_consent(customer: PathId, as_of: AsOf = None) -> ConsentDetails:
    """The customer's own standings and acts, now or at another moment."""
    return _shown(customer, None, as_of)


@router.get("/consents/<customer>/<person>")
def get_person_consent(customer: PathId, person: PathId, as_of: AsOf = None) -> ConsentDetails:
    """A person's standings and acts, now or at another moment."""
    return _shown(customer, person, as_of)


def _shown(customer: str, person: str | None, as_of: datetime | None) -> ConsentDetails:
    deps, now = ConsentDependencies.open(os.environ), datetime.now(UTC)
    caller = caller_of(router)
    return get_consent(customer, person, as_of=as_of, caller=caller, at=now, deps=deps)
