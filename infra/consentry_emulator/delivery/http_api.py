"""The HTTP API: routes matched, tokens' claims asked for, payloads of format 2.0 made and answers read."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from consentry_emulator.delivery.routes import accepted_claims, match_route
from consentry_emulator.delivery.rules import new_id
from consentry_emulator.dispatcher import Dispatcher
from consentry_emulator.resources import ACCOUNT_ID
from consentry_emulator.wiring import Route, Wiring

Response = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """What a client sends; `claims` are those of its token, None if it shows none."""

    method: str
    path: str
    body: str = ""
    claims: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def error_response(status: int, message: str) -> Response:
    """An answer of API Gateway's own."""
    return {
        "statusCode": status,
        "headers": {"content-type": "application/json"},
        "body": json.dumps({"message": message}),
    }


def payload(
    request: Request, route: Route, parameters: Mapping[str, str], claims: Mapping[str, str]
) -> dict[str, Any]:
    """The event of format 2.0 that API Gateway sends to the function."""
    path, _, query = request.path.partition("?")
    key = f"{route.method} {route.path}"
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": key,
        "rawPath": path,
        "rawQueryString": query,
        "headers": {name.lower(): value for name, value in request.headers.items()},
        "requestContext": _context(request.method, path, key, claims),
        "isBase64Encoded": False,
    }
    if request.body:
        event["body"] = request.body
        event["headers"].setdefault("content-type", "application/json")
    if parameters:
        event["pathParameters"] = dict(parameters)
    if query:
        event["queryStringParameters"] = _joined(parse_qsl(query, keep_blank_values=True))
    return event


def _context(method: str, path: str, key: str, claims: Mapping[str, str]) -> dict[str, Any]:
    now = datetime.now(UTC)
    return {
        "accountId": ACCOUNT_ID,
        "apiId": "local",
        "authorizer": {"jwt": {"claims": dict(claims), "scopes": None}},
        "domainName": "127.0.0.1",
        "domainPrefix": "local",
        "http": {
            "method": method,
            "path": path,
            "protocol": "HTTP/1.1",
            "sourceIp": "127.0.0.1",
            "userAgent": "consentry local",
        },
        "requestId": new_id(),
        "routeKey": key,
        "stage": "$default",
        "time": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "timeEpoch": int(now.timestamp() * 1000),
    }


def handle_request(
    dispatcher: Dispatcher,
    wiring: Wiring,
    request: Request,
    recorded: Mapping[str, Any] | None = None,
) -> Response:
    """What the API answers; a `recorded` payload is handed on instead of one made of the request."""
    found = match_route(wiring, request.method, request.path.partition("?")[0])
    if found is None:
        return error_response(404, "Not Found")
    route, parameters = found
    claims = accepted_claims(wiring, route, request.claims)
    if claims is None:
        return error_response(401, "Unauthorized")
    event = recorded or payload(request, route, parameters, claims)
    function = wiring.functions[route.function_arn]
    answer = dispatcher.run(function, event)
    failed = error_response(500, "Internal Server Error")
    response = failed if answer.error else parse_response(answer.payload)
    dispatcher.record("http", event, function, answer, response)
    return response


def _joined(pairs: list[tuple[str, str]]) -> dict[str, str]:
    names = dict.fromkeys(name for name, _ in pairs)
    return {name: ",".join(value for key, value in pairs if key == name) for name in names}


def parse_response(answer: Any) -> Response:
    """The response that a handler's answer comes to; without a status, the answer itself is the body."""
    if not isinstance(answer, dict) or "statusCode" not in answer:
        body = answer if isinstance(answer, str) else json.dumps(answer)
        return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": body}
    body = answer.get("body", "")
    if answer.get("isBase64Encoded"):
        body = base64.b64decode(body).decode("utf-8")
    return {"headers": {}, **answer, "body": body, "isBase64Encoded": False}
