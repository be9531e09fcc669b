"""What the HTTP doors share: strict bodies, who asks, and each error told once, by its type."""

import json
from collections.abc import Mapping
from functools import partial
from http import HTTPStatus

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError as NoRouteError
from aws_lambda_powertools.event_handler.openapi.exceptions import (
    RequestUnsupportedContentType,
    RequestValidationError,
)

from consentry.domain import errors, strict_json
from consentry.domain.callers import Caller
from consentry.domain.contract import refusal_of
from functions.telling import tell_failure, told

logger = Logger(service="consentry")

STATUS: Mapping[type[Exception], HTTPStatus] = {
    errors.MalformedError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.UnlabelledCallerError: HTTPStatus.FORBIDDEN,
    errors.ForeignCustomerError: HTTPStatus.FORBIDDEN,
    errors.NotFoundError: HTTPStatus.NOT_FOUND,
    NoRouteError: HTTPStatus.NOT_FOUND,
    errors.ConflictingIdError: HTTPStatus.CONFLICT,
    errors.UnknownFormError: HTTPStatus.UNPROCESSABLE_ENTITY,
    RequestUnsupportedContentType: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    # Whatever else happens, nothing was decided: ask again.
    Exception: HTTPStatus.SERVICE_UNAVAILABLE,
}


def open_app() -> APIGatewayHttpResolver:
    """A resolver that reads strictly and answers errors as `{"error", "field", "problem"}`."""
    app = APIGatewayHttpResolver(enable_validation=True, json_body_deserializer=strict_json.loads)
    for kind, status in STATUS.items():
        app.exception_handler(kind)(partial(_tell, status))
    app.exception_handler(RequestValidationError)(_tell_invalid)
    return app


def caller_of(app: APIGatewayHttpResolver) -> Caller:
    """The caller that the token's claims name; UnlabelledCallerError if they name none.

    `consentry_customers` says which customers it may name: ids separated by spaces, or `*`.
    """
    context = app.current_event.get("requestContext") or {}
    claims = ((context.get("authorizer") or {}).get("jwt") or {}).get("claims") or {}
    subject, customers = claims.get("sub"), claims.get("consentry_customers")
    if not (isinstance(subject, str) and subject and isinstance(customers, str)):
        raise errors.UnlabelledCallerError
    return Caller.allowed(subject, customers)


def _tell(status: HTTPStatus, error: Exception) -> Response[str]:
    tell_failure(error, logger)
    body = told(error)
    if not isinstance(error, errors.ConsentryError):
        # An AWS error's text can repeat what was sent.
        body["problem"] = status.phrase.lower()
    return Response(status, "application/json", json.dumps(body))


def _tell_invalid(error: RequestValidationError) -> Response[str]:
    first = error.errors()[0]
    # The first step says which part of the request it was in: body, path or query.
    refusal = refusal_of(first["type"], tuple(first["loc"][1:]), first["msg"])
    return _tell(STATUS[errors.MalformedError], refusal)
