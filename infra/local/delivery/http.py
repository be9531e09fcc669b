"""The HTTP API: routes matched, tokens' claims asked for, payloads of format 2.0 made and answers read."""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, unquote

from infra.local.delivery.rules import new_id
from infra.local.resources import ACCOUNT
from infra.local.wiring import Route, Wiring

Response = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """What a client sends; `claims` are those of its token, None if it shows none."""

    method: str
    path: str
    body: str = ""
    claims: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def refusal(status: int, message: str) -> Response:
    """An answer of API Gateway's own."""
    return {
        "statusCode": status,
        "headers": {"content-type": "application/json"},
        "body": json.dumps({"message": message}),
    }


def route_of(wiring: Wiring, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """The route that takes a request and its path parameters; the most literal route goes first."""
    found: list[tuple[int, Route, dict[str, str]]] = []
    for route in wiring.routes:
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(route.path))
        match = re.fullmatch(pattern, path)
        if match and route.method in (method, "ANY", "X-AMAZON-APIGATEWAY-ANY-METHOD"):
            values = {name: unquote(value) for name, value in match.groupdict().items()}
            found.append((len(values), route, values))
    if not found:
        return None
    _, route, values = min(found, key=lambda one: one[0])
    return route, values


def accepted_claims(
    wiring: Wiring, route: Route, claims: Mapping[str, Any] | None
) -> dict[str, str] | None:
    """The claims as API Gateway hands them on (all strings), or None where it answers 401."""
    if route.authorizer is None:
        return {}
    authorizer = wiring.authorizers[route.api, route.authorizer]
    if claims is None:
        return None
    given = {"iss": authorizer.issuer, "aud": authorizer.audience[0], **claims}
    if given["iss"] != authorizer.issuer or given["aud"] not in authorizer.audience:
        return None
    return {name: _claim(value) for name, value in given.items()}


def _claim(value: Any) -> str:
    if isinstance(value, list):
        return f"[{' '.join(map(_claim, value))}]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def payload(
    request: Request, route: Route, parameters: Mapping[str, str], claims: Mapping[str, str]
) -> dict[str, Any]:
    """The event of format 2.0 that API Gateway sends to the function."""
    path, _, query = request.path.partition("?")
    now, request_id, key = datetime.now(UTC), new_id(), f"{route.method} {route.path}"
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": key,
        "rawPath": path,
        "rawQueryString": query,
        "headers": {name.lower(): value for name, value in request.headers.items()},
        "requestContext": {
            "accountId": ACCOUNT,
            "apiId": "local",
            "authorizer": {"jwt": {"claims": dict(claims), "scopes": None}},
            "domainName": "127.0.0.1",
            "domainPrefix": "local",
            "http": {
                "method": request.method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": "consentry local",
            },
            "requestId": request_id,
            "routeKey": key,
            "stage": "$default",
            "time": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
            "timeEpoch": int(now.timestamp() * 1000),
        },
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


def _joined(pairs: list[tuple[str, str]]) -> dict[str, str]:
    names = dict.fromkeys(name for name, _ in pairs)
    return {name: ",".join(value for key, value in pairs if key == name) for name in names}


def read_answer(answer: Any) -> Response:
    """The response that a handler's answer comes to; without a status, the answer itself is the body."""
    if not isinstance(answer, dict) or "statusCode" not in answer:
        body = answer if isinstance(answer, str) else json.dumps(answer)
        return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": body}
    body = answer.get("body", "")
    if answer.get("isBase64Encoded"):
        body = base64.b64decode(body).decode("utf-8")
    return {"headers": {}, **answer, "body": body, "isBase64Encoded": False}
