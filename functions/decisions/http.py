"""HTTP: decide whether data may be used."""

import os
from typing import ClassVar

from aws_lambda_powertools.event_handler import Response

from consentry.audit.open import AuditDependencies
from consentry.decisions.response import DecisionResponse
from consentry.kernel.authorization import Permission
from consentry.kernel.errors import ConflictingIdError
from consentry.kernel.requests import DataUseRequest
from consentry.kernel.schema import Id
from functions.adapters.api_gateway import Api, PathId
from functions.decisions.decide_request import decide_and_report

app = Api("decisions")
handle = app.handle


class DecisionRequest(DataUseRequest):
    """May this data be used in this way? No field is about consent: only stored consent events count.

    Without a `request_id` each request gets a decision of its own.
    """

    request_id: Id = app.generated_id()


class CustomerDecisionRequest(DecisionRequest):
    """May this data of the customer in the path be used in this way? The fields are those of DecisionRequest."""

    customer: ClassVar[str]  # type: ignore[misc] # The path names the customer; in a body it is an unknown field.


@app.endpoint("POST /decisions", "Decide a data use", Permission.DECIDE, ConflictingIdError)
def create_decision(request: DecisionRequest) -> Response[DecisionResponse]:
    """Decide a data use of any customer that the caller may name. One request id has one decision."""
    return _decide(request)


@app.endpoint(
    "POST /customers/{customer}/decisions",
    "Decide a data use of one customer",
    Permission.DECIDE,
    ConflictingIdError,
)
def create_customer_decision(
    customer: PathId, request: CustomerDecisionRequest
) -> Response[DecisionResponse]:
    """Decide a data use. `POST /decisions` gives the same decision for the same request id."""
    return _decide(DataUseRequest(customer=customer, **dict(request)))


def _decide(request: DataUseRequest) -> Response[DecisionResponse]:
    deps = AuditDependencies.open(os.environ)
    answer = decide_and_report(request, app.authenticate(), deps)
    return app.created(answer, f"/customers/{request.customer}/decisions/{answer.decision_id}")
