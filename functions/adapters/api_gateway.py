"""What the HTTP doors share: strict bodies, who asks, and each error told once, by its type."""

import binascii
import json
from collections.abc import Callable, Mapping
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import unquote

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.api_gateway import BaseRouter
from aws_lambda_powertools.event_handler.exceptions import NotFoundError as NoRouteError
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from aws_lambda_powertools.event_handler.openapi.exceptions import (
    RequestUnsupportedContentType,
    RequestValidationError,
)
from aws_lambda_powertools.logging.correlation_paths import API_GATEWAY_HTTP
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BeforeValidator, Field, StringConstraints

from consentry.kernel import errors, strict_json
from consentry.kernel.authorization import Caller
from consentry.kernel.schema import Id, invalid_field
from functions.adapters.observability import error_body, log_failure

logger = Logger(service="consentry")

type Handler = Callable[[dict[str, Any], LambdaContext], dict[str, Any]]

PathId = Annotated[Id, BeforeValidator(unquote)]
"""An id in a path, percent-encoded or not: no id has a `%` of its own."""

PathCustomerToken = Annotated[str, StringConstraints(max_length=160), BeforeValidator(unquote)]
"""A decision's or permit's id in a path, percent-encoded or not; `customer~token` is no longer than this."""

JSON = "application/json"
NOT_JSON = "json_invalid"
"""Powertools' own word for a body that is not JSON."""

STATUS: Mapping[type[Exception], HTTPStatus] = {
    errors.InvalidRequestError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.UnknownCallerError: HTTPStatus.FORBIDDEN,
    errors.ForbiddenCustomerError: HTTPStatus.FORBIDDEN,
    errors.NotFoundError: HTTPStatus.NOT_FOUND,
    NoRouteError: HTTPStatus.NOT_FOUND,
    errors.ConflictingIdError: HTTPStatus.CONFLICT,
    errors.ErasedError: HTTPStatus.GONE,
    errors.InvalidPermitSignatureError: HTTPStatus.FORBIDDEN,
    errors.ForbiddenAudienceError: HTTPStatus.FORBIDDEN,
    errors.PermitError: HTTPStatus.CONFLICT,
    errors.UnknownFormError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.UncoveredByFormError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.UnverifiedSignatureError: HTTPStatus.UNPROCESSABLE_ENTITY,
    RequestUnsupportedContentType: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    # Whatever else happens, nothing was decided: ask again.
    Exception: HTTPStatus.SERVICE_UNAVAILABLE,
}


def create_app() -> tuple[APIGatewayHttpResolver, Handler]:
    """A resolver that reads strictly and answers errors as `{"error", "field", "problem"}`, and its handler."""
    app = APIGatewayHttpResolver(enable_validation=True, json_body_deserializer=_read_json)
    app.use([_json_alone, _known_parameters_alone])
    for kind, status in STATUS.items():
        app.exception_handler(kind)(partial(_tell, status))
    app.exception_handler(RequestValidationError)(_tell_invalid)
    app.exception_handler([binascii.Error, UnicodeDecodeError])(_tell_unreadable)

    @logger.inject_lambda_context(correlation_id_path=API_GATEWAY_HTTP)
    def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        return app.resolve(event, context)

    return app, handle


def default_api_request_id(app: APIGatewayHttpResolver) -> Any:
    """The field of an id that a document may leave out: then it is the API's own of this try, new each time."""
    return Field(default_factory=lambda: _api_id(app), validate_default=True)


def caller_of(app: BaseRouter) -> Caller:
    """The caller that the token's claims name; UnknownCallerError if they name none.

    `consentry_customers` says which customers it may name: ids separated by spaces, or `*`.
    """
    context = app.current_event.get("requestContext") or {}
    claims = ((context.get("authorizer") or {}).get("jwt") or {}).get("claims") or {}
    subject, customers = claims.get("sub"), claims.get("consentry_customers")
    if not (isinstance(subject, str) and subject and isinstance(customers, str)):
        raise errors.UnknownCallerError
    return Caller.allowed(subject, customers)


def _api_id(app: APIGatewayHttpResolver) -> str:
    request_id: str = app.current_event.request_context.request_id
    # As it is it is none of our ids: it may begin with `-` and ends with `=`.
    return f"api-{request_id.rstrip('=')}"


def _read_json(body: str) -> Any:
    try:
        return strict_json.loads(body)
    except errors.InvalidRequestError as invalid_json:
        invalid = {"type": NOT_JSON, "loc": ("body", "body"), "msg": invalid_json.problem}
        raise RequestValidationError([invalid]) from None


def _json_alone(app: APIGatewayHttpResolver, next_handler: NextMiddleware) -> Response[Any]:
    # Powertools reads forms too, which no strict reader of ours has seen.
    kind = app.current_event.headers.get("content-type", JSON)
    if app.current_event.body and not kind.startswith(JSON):
        raise RequestUnsupportedContentType("only JSON is read", errors=[])
    return next_handler(app)


def _known_parameters_alone(
    app: APIGatewayHttpResolver, next_handler: NextMiddleware
) -> Response[Any]:
    # One that is misspelt would be left out in silence, and the answer be another than was asked for.
    known = [param.alias for param in app.context["_route"].dependant.query_params]
    if not app.current_event.query_string_parameters.keys() <= {*known}:
        are = f"known are {', '.join(known)}" if known else "this route takes none"
        raise errors.InvalidRequestError("query", f"holds a parameter that is not known; {are}")
    return next_handler(app)


def _tell(status: HTTPStatus, error: Exception) -> Response[str]:
    log_failure(error, logger)
    body = error_body(error)
    if not isinstance(error, errors.ConsentryError):
        # An AWS error's text can repeat what was sent; its type is nobody's contract.
        words = status.phrase.lower()
        body |= {"error": words.replace(" ", "_"), "problem": words}
    return Response(status, JSON, json.dumps(body))


def _tell_invalid(error: RequestValidationError) -> Response[str]:
    first = error.errors()[0]
    status = STATUS[errors.InvalidRequestError]
    # The first step says which part of the request it was in: body, path or query.
    refusal = invalid_field(first["type"], tuple(first["loc"][1:]), first["msg"])
    return _tell(HTTPStatus.BAD_REQUEST if first["type"] == NOT_JSON else status, refusal)


def _tell_unreadable(_: Exception) -> Response[str]:
    return _tell(HTTPStatus.BAD_REQUEST, errors.InvalidRequestError("body", "is not text in UTF-8"))
