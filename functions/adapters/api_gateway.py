"""What the HTTP handlers share: strict requests, the caller's identity, and error responses."""

import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from http import HTTPStatus
from inspect import cleandoc
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import parse_qs, unquote

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError as NoRouteError
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from aws_lambda_powertools.event_handler.middlewares.openapi_validation import (
    OpenAPIRequestValidationMiddleware,
)
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.logging.correlation_paths import API_GATEWAY_HTTP
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BeforeValidator, Field, StringConstraints

from consentry.kernel import errors, strict_json
from consentry.kernel.authorization import Caller, Permission, token_identity
from consentry.kernel.ids import customer_of
from consentry.kernel.schema import Id, Sha256, StrictModel, invalid_field
from functions.adapters.content_negotiation import JSON, is_json
from functions.adapters.observability import (
    error_body,
    error_code,
    log_failure,
    logged_failures,
    logger,
)
from functions.adapters.remaining_time import limited_by_remaining_time

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler.types import EventHandlerInstance

PathId = Annotated[Id, BeforeValidator(unquote)]
"""An id in a path, percent-encoded or not: no id contains `%`."""

PathSha256 = Annotated[Sha256, BeforeValidator(unquote)]
"""A SHA-256 in a path."""

PathCustomerToken = Annotated[str, StringConstraints(max_length=160), BeforeValidator(unquote)]
"""An id `customer~token` in a path, percent-encoded or not; 160 characters are enough for all of them."""

Limit = Annotated[int, Query(ge=1, le=100, description="Items on a page.")]
Page = Annotated[
    str | None, Query(max_length=2000, description="`next_page` of the page before this one.")
]

SECURITY_SCHEME = "Callers"
"""The authorizer of template.yaml, and the security scheme of the OpenAPI document."""
SCOPE_PREFIX = "consentry/"
"""Cognito writes a scope as `<resource server>/<name>`."""
NOT_JSON = "json_invalid"
"""Powertools' error type for a body that is not JSON."""


class _HttpRequest(StrictModel, extra="ignore"):
    method: str
    path: str


class _RequestContext(StrictModel, extra="ignore"):
    http: _HttpRequest
    requestId: str = ""  # noqa: N815 - API Gateway's name
    stage: str


class _HttpEvent(StrictModel, extra="ignore"):
    """What is read of an event in API Gateway's format 2.0. Fields that AWS adds are ignored."""

    requestContext: _RequestContext  # noqa: N815
    rawPath: str  # noqa: N815
    rawQueryString: str = ""  # noqa: N815
    headers: dict[str, str]
    queryStringParameters: dict[str, str] | None = None  # noqa: N815
    body: str | None = None
    isBase64Encoded: bool = False  # noqa: N815


class UnsupportedMediaTypeError(errors.FieldError):
    """The body of a request is of another media type than JSON."""

    def __init__(self) -> None:
        super().__init__("content-type", f"is not {JSON}")


STATUS: Mapping[type[Exception], HTTPStatus] = {
    errors.InvalidRequestError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.UnknownCallerError: HTTPStatus.FORBIDDEN,
    errors.ForbiddenCustomerError: HTTPStatus.FORBIDDEN,
    errors.ForbiddenPermissionError: HTTPStatus.FORBIDDEN,
    errors.ForbiddenPersonError: HTTPStatus.FORBIDDEN,
    errors.NotFoundError: HTTPStatus.NOT_FOUND,
    NoRouteError: HTTPStatus.NOT_FOUND,
    errors.ConflictingIdError: HTTPStatus.CONFLICT,
    errors.ConflictingVersionError: HTTPStatus.CONFLICT,
    errors.ErasedError: HTTPStatus.GONE,
    errors.InvalidPermitSignatureError: HTTPStatus.FORBIDDEN,
    errors.ForbiddenAudienceError: HTTPStatus.FORBIDDEN,
    errors.PermitError: HTTPStatus.CONFLICT,
    errors.UnknownFormError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.UncoveredByFormError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.OversizedConsentError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.UnverifiedSignatureError: HTTPStatus.UNPROCESSABLE_ENTITY,
    UnsupportedMediaTypeError: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    # Any other error means that there is no answer. The caller may retry with the same id.
    Exception: HTTPStatus.SERVICE_UNAVAILABLE,
}

EVERY_ROUTE = (
    errors.UnknownCallerError,
    errors.ForbiddenCustomerError,
    errors.ForbiddenPermissionError,
    errors.ForbiddenPersonError,
    errors.InvalidRequestError,
    errors.UnavailableError,
)
"""The errors that every route can answer."""


class Api(APIGatewayHttpResolver):
    """The routes of one feature. They read strictly, and answer errors as `{"error", "field", "problem"}`.

    `tag`: the group of the routes in the OpenAPI document.
    """

    def __init__(self, tag: str) -> None:
        super().__init__(enable_validation=True, json_body_deserializer=_read_json)
        self.tag = tag
        self._request_validation_middleware = _JsonRequests()  # type: ignore[no-untyped-call]
        self.use([_reject_unknown_parameters])
        for kind, status in STATUS.items():
            self.exception_handler(kind)(partial(_error_response, status))
        self.exception_handler(RequestValidationError)(_invalid_response)
        self.exception_handler([binascii.Error, UnicodeDecodeError])(_unreadable_response)
        with_context = logger.inject_lambda_context(correlation_id_path=API_GATEWAY_HTTP)
        self.handle = with_context(limited_by_remaining_time(self._resolve_event))

    def _resolve_event(self, event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        """Answer an event of API Gateway; InvalidRequestError for anything else, since there is nobody to answer."""
        with logged_failures():
            _HttpEvent.read(event)
        return self.resolve(event, context)

    def authenticate(self) -> Caller:
        """The caller that the token's claims name; UnknownCallerError if they name none.

        `consentry_customers` lists the customers that the caller may name: ids, or `*` for all. The scopes
        `consentry/<permission>` give permissions. `consentry_person` limits the caller to one person; it is text and
        never a list, because a person's id may contain spaces and brackets.
        """
        claims = _claims(self.current_event.raw_event)
        subject, customers = claims.get("sub"), listed(claims.get("consentry_customers"))
        if not (isinstance(subject, str) and subject and customers):
            raise errors.UnknownCallerError
        # INVARIANT: a claim that is there but empty must not mean everybody.
        person = claims.get("consentry_person")
        if "consentry_person" in claims and not (isinstance(person, str) and person):
            raise errors.UnknownCallerError
        identity, permissions = token_identity(subject), _permissions(claims)
        return Caller.allowed(identity, " ".join(customers), permissions, person=person)

    def authorize(self, customer: str, resource_id: str, what: str) -> Caller:
        """The caller, after a check that it may name the customer, and that the id `customer~token` is the customer's.

        The use case checks the permission.
        Raises ForbiddenCustomerError; NotFoundError for an id of another customer, which is never looked up.
        """
        caller = self.authenticate()
        caller.require_customer(customer)
        if customer_of(resource_id) != customer:
            raise errors.NotFoundError(what)
        return caller

    def generated_id(self) -> Any:
        """A field for an id that a document may leave out: then the id is API Gateway's id of this request."""
        return Field(default_factory=self._request_id, validate_default=True)

    def _request_id(self) -> str:
        request_id: str = self.current_event.request_context.request_id
        # API Gateway's id is not a valid id here: it may begin with `-`, and it ends with `=`.
        return f"api-{request_id.rstrip('=')}"

    @staticmethod
    def created[Answer](answer: Answer, location: str) -> Response[Answer]:
        """201 with the path of what was stored. A retry with the same id stores nothing twice."""
        return Response(HTTPStatus.CREATED, JSON, answer, headers={"Location": location})

    def endpoint[**Parameters, Answer](
        self,
        route: str,
        summary: str,
        permission: Permission,
        *expected_errors: type[Exception],
        status: HTTPStatus | None = None,
        body: bool = True,
        content: Mapping[str, Any] | None = None,
    ) -> Callable[[Callable[Parameters, Answer]], Callable[Parameters, Answer]]:
        """Register a function for a route such as `GET /customers/{customer}/forms`, with its OpenAPI description.

        The operation id is the function's name; the description is its docstring. `permission`: the one that its use
        case requires; API Gateway first checks its scope (template.yaml). `expected_errors`: the
        errors of this route besides EVERY_ROUTE, and NotFoundError if the path has an id besides the customer's.
        `status`: by default 201 for POST, else 200. `body`: whether a POST reads one. `content`: media types besides
        JSON.
        """
        method, _, path = route.partition(" ")
        posts = method == "POST"
        status = status or (HTTPStatus.CREATED if posts else HTTPStatus.OK)
        if path.count("{") > 1:
            expected_errors = (*expected_errors, errors.NotFoundError)
        success: dict[str, Any] = {"description": status.phrase}
        if content:
            success["content"] = content
        if status is HTTPStatus.CREATED:
            path_header = {"description": "The path of the new item.", "schema": {"type": "string"}}
            success["headers"] = {"Location": path_header}
        responses = {status.value: success} | _error_responses(expected_errors, body=posts and body)

        def register(function: Callable[Parameters, Answer]) -> Callable[Parameters, Answer]:
            add = self.route(
                path.replace("{", "<").replace("}", ">"),
                method,
                tags=[self.tag],
                operation_id=function.__name__,
                summary=summary,
                description=cleandoc(function.__doc__ or ""),
                status_code=status,
                responses=responses,
                security=[{SECURITY_SCHEME: [scope_of(permission)]}],
            )
            add(function)
            return function

        return register


def scope_of(permission: Permission) -> str:
    """The OAuth scope that gives a permission: `consentry/decide`."""
    return f"{SCOPE_PREFIX}{permission}"


def _permissions(claims: Mapping[str, Any]) -> frozenset[Permission]:
    """The permissions in the claim `scope`, or else `scp`, as API Gateway's JWT authorizer reads them.

    Other scopes are for other services.
    """
    given = listed(claims.get("scope", claims.get("scp")))
    return frozenset(each for each in Permission if scope_of(each) in given)


def listed(claim: Any) -> tuple[str, ...]:
    """The values of a claim that lists words, in each form that reaches a function.

    Text separated by spaces (RFC 8693, section 4.2); `[a b]`, as API Gateway passes on a list; a list, or its JSON as
    text, from providers whose claims can only be text. Anything else has no values.
    """
    if isinstance(claim, str) and claim.startswith('["'):
        try:
            claim = strict_json.loads(claim)
        except errors.InvalidRequestError:
            return ()
    if isinstance(claim, list):
        return tuple(claim) if all(isinstance(each, str) for each in claim) else ()
    if not isinstance(claim, str):
        return ()
    if claim.startswith("[") and claim.endswith("]"):
        claim = claim[1:-1]
    return tuple(claim.split())


def _claims(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """The claims of the token that API Gateway has verified; empty if the event has none."""
    part: Any = event
    for name in ("requestContext", "authorizer", "jwt", "claims"):
        part = part.get(name) if isinstance(part, dict) else None
    return part if isinstance(part, dict) else {}


def _error_responses(expected_errors: Sequence[type[Exception]], *, body: bool) -> dict[int, Any]:
    codes: dict[HTTPStatus, list[str]] = {}
    for kind in (*EVERY_ROUTE, *expected_errors):
        status = next(STATUS[each] for each in kind.__mro__ if each in STATUS)
        codes.setdefault(status, []).append(error_code(kind))
    codes[HTTPStatus.SERVICE_UNAVAILABLE].append(_code_of(HTTPStatus.SERVICE_UNAVAILABLE))
    if body:
        codes[HTTPStatus.BAD_REQUEST] = [error_code(errors.InvalidRequestError)]
        codes[HTTPStatus.UNSUPPORTED_MEDIA_TYPE] = [error_code(UnsupportedMediaTypeError)]
    documented = {status.value: _documented(status, codes[status]) for status in sorted(codes)}
    rejected = "API Gateway rejected the token; the body is API Gateway's."
    return {HTTPStatus.UNAUTHORIZED.value: {"description": rejected, "content": {}}} | documented


def _documented(status: HTTPStatus, codes: list[str]) -> dict[str, Any]:
    examples = {code: {"$ref": f"#/components/examples/{code}"} for code in codes}
    content = {"schema": {"$ref": "#/components/schemas/Error"}, "examples": examples}
    words = ", ".join(f"`{code}`" for code in codes)
    return {"description": f"{status.phrase}: {words}", "content": {JSON: content}}


def _code_of(status: HTTPStatus) -> str:
    return status.phrase.lower().replace(" ", "_")


def _read_json(body: str) -> Any:
    try:
        return strict_json.loads(body)
    except errors.InvalidRequestError as invalid_json:
        invalid = {"type": NOT_JSON, "loc": ("body", "body"), "msg": invalid_json.problem}
        raise RequestValidationError([invalid]) from None


class _JsonRequests(OpenAPIRequestValidationMiddleware):
    """Validates requests as Powertools does, but reads no forms: they would bypass our strict JSON reader."""

    def _get_body(self, app: "EventHandlerInstance") -> Any:
        event = app.current_event
        if event.body and not is_json(event.headers.get("content-type", "")):
            raise UnsupportedMediaTypeError
        return event.json_body


def _reject_unknown_parameters(
    app: APIGatewayHttpResolver, next_handler: NextMiddleware
) -> Response[Any]:
    # A misspelt parameter would be ignored, and the answer would be another one than the caller expects.
    known = [param.alias for param in app.context["_route"].dependant.query_params]
    if not app.current_event.query_string_parameters.keys() <= {*known}:
        allowed = f"known are {', '.join(known)}" if known else "this route takes none"
        raise errors.InvalidRequestError("query", f"has an unknown parameter; {allowed}")
    # API Gateway joins the values of a repeated parameter with commas, and an id may have commas.
    values = parse_qs(app.current_event.get("rawQueryString") or "", keep_blank_values=True)
    if any(len(each) > 1 for each in values.values()):
        raise errors.InvalidRequestError("query", "has a parameter twice")
    return next_handler(app)


def _error_response(status: HTTPStatus, error: Exception) -> Response[str]:
    log_failure(error)
    body = error_body(error)
    if not isinstance(error, errors.ConsentryError):
        # The text of an AWS error can repeat the request, and its type is not part of our contract.
        body |= {"error": _code_of(status), "problem": status.phrase.lower()}
    return Response(status, JSON, json.dumps(body))


def _invalid_response(error: RequestValidationError) -> Response[str]:
    first = error.errors()[0]
    status = STATUS[errors.InvalidRequestError]
    # The first step of `loc` is the part of the request: body, path or query.
    invalid = invalid_field(first["type"], tuple(first["loc"][1:]), first["msg"])
    return _error_response(HTTPStatus.BAD_REQUEST if first["type"] == NOT_JSON else status, invalid)


def _unreadable_response(_: Exception) -> Response[str]:
    invalid = errors.InvalidRequestError("body", "is not text in UTF-8")
    return _error_response(HTTPStatus.BAD_REQUEST, invalid)
