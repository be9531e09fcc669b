"""The HTTP API: reads routes and authorizers from the OpenAPI body that the SAM transform writes."""

import re
from typing import Any

from consentry_emulator.errors import UnknownPropertyError
from consentry_emulator.resources import CreatedResource, Resource, provisions
from consentry_emulator.stack_wiring import Authorizer, Route, Wiring

_FUNCTION = re.compile(r".*/functions/(arn:aws:lambda:[^/]+)/invocations")


@provisions("AWS::ApiGatewayV2::Api", "Body FailOnWarnings")
def _create_api(resource: Resource, wiring: Wiring) -> CreatedResource:
    body = resource.get_known("Body", "openapi", "info", "paths", "components", "tags")
    api = resource.name
    for name, scheme in body.get("components", {}).get("securitySchemes", {}).items():
        wiring.authorizers[api, name] = _authorizer(resource, scheme)
    for path, operations in body["paths"].items():
        for method, operation in operations.items():
            wiring.routes.append(_route(resource, method, path, operation))
    return CreatedResource(api, {"ApiEndpoint": "http://127.0.0.1", "ApiId": api})


def _authorizer(resource: Resource, scheme: dict[str, Any]) -> Authorizer:
    authorizer = scheme.get("x-amazon-apigateway-authorizer", {})
    if authorizer.get("type") != "jwt":
        raise UnknownPropertyError(resource.logical_id, "Body.components.securitySchemes")
    jwt = authorizer["jwtConfiguration"]
    return Authorizer(jwt["issuer"], tuple(jwt["audience"]))


def _route(resource: Resource, method: str, path: str, operation: dict[str, Any]) -> Route:
    where = f"Body.paths.{path}.{method}"
    known = {"x-amazon-apigateway-integration", "security", "parameters", "responses"}
    resource.require_known(where, operation, known)
    integration = operation["x-amazon-apigateway-integration"]
    function = _FUNCTION.fullmatch(integration["uri"])
    if integration["payloadFormatVersion"] != "2.0" or function is None:
        raise UnknownPropertyError(resource.logical_id, f"{where}.x-amazon-apigateway-integration")
    security = {
        name: tuple(scopes)
        for entry in operation.get("security", [])
        for name, scopes in entry.items()
        if name != "NONE"
    }
    authorizer = next(iter(security), None)
    scopes = security[authorizer] if authorizer else ()
    return Route(resource.name, method.upper(), path, function[1], authorizer, scopes)


@provisions("AWS::ApiGatewayV2::Stage", "AccessLogSettings ApiId AutoDeploy StageName Tags")
def _create_stage(resource: Resource, _: Wiring) -> CreatedResource:
    resource.require_value("StageName", "$default")
    return CreatedResource("$default")
