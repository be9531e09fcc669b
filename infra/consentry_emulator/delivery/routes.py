"""The API's routes: which takes a request, and whether it is shown a token that it accepts."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from consentry_emulator.wiring import Route, Wiring


def match_route(wiring: Wiring, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
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
