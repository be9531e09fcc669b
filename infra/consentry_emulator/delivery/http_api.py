"""The HTTP API: matches routes, checks claims and scopes, builds payloads of format 2.0 and reads responses."""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, unquote
from uuid import uuid4

from consentry_emulator.event_log import Delivery
from consentry_emulator.resources import ACCOUNT_ID
from consentry_emulator.runtime import Invoke
from consentry_emulator.stack_wiring import Route, Wiring

Response = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """What a client sends; `claims` are those of its token, None without a token."""

    method: str
    path: str
    body: str = ""
    claims: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def payload(
    request: Request, route: Route, parameters: Mapping[str, str], claims: Mapping[str, str]
) -> dict[str, Any]:
    """The event of format 2.0 that API Gateway sends to the function."""
    path, _, query = request.path.partition("?")
    key, now = f"{route.method} {route.path}", datetime.now(UTC)
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": key,
        "rawPath": path,
        "rawQueryString": query,
        "headers": {name.lower(): value for name, value in request.headers.items()},
        "requestContext": {
            "accountId": ACCOUNT_ID,
            "apiId": "local",
            "authorizer": {"jwt": {"claims": dict(claims), "scopes": list(route.scopes) or None}},
            "domainName": "127.0.0.1",
            "domainPrefix": "local",
            "http": {
                "method": request.method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": "emulator",
            },
            "requestId": str(uuid4()),
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
        values: dict[str, list[str]] = parse_qs(query, keep_blank_values=True)
        event["queryStringParameters"] = {name: ",".join(each) for name, each in values.items()}
    return event


@dataclass(frozen=True, slots=True)
class HttpApi:
    """The API of the template. It responds at once, without a queue."""

    wiring: Wiring
    invoke: Invoke
    deliveries: list[Delivery]

    def respond(self, request: Request, recorded: Mapping[str, Any] | None = None) -> Response:
        """The response to a request. The function gets the `recorded` payload, if there is one."""
        match = self._match_route(request.method, request.path.partition("?")[0])
        if match is None:
            return _error_response(404, "Not Found")
        route, parameters = match
        claims = self._accepted_claims(route, request.claims)
        if claims is None:
            return _error_response(401, "Unauthorized")
        if route.scopes and not _scopes(request.claims or {}).intersection(route.scopes):
            return _error_response(403, "Forbidden")
        event = recorded or payload(request, route, parameters, claims)
        function = self.wiring.functions[route.function_arn]
        result = self.invoke(function, event)
        failed = _error_response(500, "Internal Server Error")
        response = failed if result.error else _read_response(result.payload)
        delivery = Delivery.of("http", event, function, replace(result, payload=response))
        self.deliveries.append(delivery)
        return response

    def _match_route(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        """The route of a request and its path parameters. The route with the fewest parameters wins."""
        matches: list[tuple[Route, dict[str, str]]] = []
        for route in self.wiring.routes:
            pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(route.path))
            match = re.fullmatch(pattern, path)
            if match and route.method in (method, "ANY", "X-AMAZON-APIGATEWAY-ANY-METHOD"):
                values = {name: unquote(value) for name, value in match.groupdict().items()}
                matches.append((route, values))
        return min(matches, key=lambda match: len(match[1]), default=None)

    def _accepted_claims(
        self, route: Route, claims: Mapping[str, Any] | None
    ) -> dict[str, str] | None:
        """The claims as API Gateway forwards them (all strings), or None if it answers 401."""
        if route.authorizer is None:
            return {}
        authorizer = self.wiring.authorizers[route.api, route.authorizer]
        if claims is None:
            return None
        given = {"iss": authorizer.issuer, "aud": authorizer.audience[0], **claims}
        if given["iss"] != authorizer.issuer or given["aud"] not in authorizer.audience:
            return None
        return {name: _claim(value) for name, value in given.items()}


def _scopes(claims: Mapping[str, Any]) -> frozenset[str]:
    """The scopes of a token: its claim `scope`, or else `scp`, as text separated by spaces or as a list."""
    scopes = claims.get("scope", claims.get("scp"))
    if isinstance(scopes, str):
        return frozenset(scopes.removeprefix("[").removesuffix("]").split())
    return frozenset(map(str, scopes)) if isinstance(scopes, list) else frozenset()


def _claim(value: Any) -> str:
    if isinstance(value, list):
        return f"[{' '.join(map(_claim, value))}]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _json_response(status: int, body: str) -> Response:
    return {"statusCode": status, "headers": {"content-type": "application/json"}, "body": body}


def _error_response(status: int, message: str) -> Response:
    """A response of API Gateway itself."""
    return _json_response(status, json.dumps({"message": message}))


def _read_response(returned: Any) -> Response:
    """The response for what a handler returned; without a status, that is the body."""
    if not isinstance(returned, dict) or "statusCode" not in returned:
        return _json_response(200, returned if isinstance(returned, str) else json.dumps(returned))
    body = returned.get("body", "")
    if returned.get("isBase64Encoded"):
        body = base64.b64decode(body).decode("utf-8")
    return {"headers": {}, **returned, "body": body, "isBase64Encoded": False}
