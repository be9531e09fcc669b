"""The HTTP API: reads routes and authorizers from the OpenAPI body that the SAM transform writes."""

import re
from typing import Any

from consentry_emulator.errors import UnknownPropertyError
from consentry_emulator.provisioners.provisioner import provisioner
from consentry_emulator.resources import CreatedResource, EmulatedAccount, Resource
from consentry_emulator.stack_wiring import Authorizer, Route

_FUNCTION = re.compile(r".*/functions/(arn:aws:lambda:[^/]+)/invocations")


def _make_api(resource: Resource, account: EmulatedAccount) -> CreatedResource:
    body = resource.get("Body")
    resource.require_known("Body", body, {"openapi", "info", "paths", "components", "tags"})
    api = resource.name
    schemes = body.get("components", {}).get("securitySchemes", {})
    for name, scheme in schemes.items():
        account.wiring.authorizers[api, name] = _authorizer(resource, scheme)
    for path, operations in body["paths"].items():
        for method, operation in operations.items():
            account.wiring.routes.append(_route(resource, api, method, path, operation))
    return CreatedResource(api, {"ApiEndpoint": "http://127.0.0.1", "ApiId": api})


def _authorizer(resource: Resource, scheme: dict[str, Any]) -> Authorizer:
    authorizer = scheme.get("x-amazon-apigateway-authorizer", {})
    if authorizer.get("type") != "jwt":
        raise UnknownPropertyError(resource.logical_id, "Body.components.securitySchemes")
    jwt = authorizer["jwtConfiguration"]
    return Authorizer(jwt["issuer"], tuple(jwt["audience"]))


def _route(
    resource: Resource, api: str, method: str, path: str, operation: dict[str, Any]
) -> Route:
    where = f"Body.paths.{path}.{method}"
    known = {"x-amazon-apigateway-integration", "security", "parameters", "responses"}
    resource.require_known(where, operation, known)
    integration = operation["x-amazon-apigateway-integration"]
    function = _FUNCTION.fullmatch(integration["uri"])
    if integration["payloadFormatVersion"] != "2.0" or function is None:
        raise UnknownPropertyError(resource.logical_id, f"{where}.x-amazon-apigateway-integration")
    security = [name for entry in operation.get("security", []) for name in entry if name != "NONE"]
    authorizer = security[0] if security else None
    return Route(api, method.upper(), path, function[1], authorizer)


def _make_stage(resource: Resource, _: EmulatedAccount) -> CreatedResource:
    if resource.get("StageName") != "$default":
        raise UnknownPropertyError(resource.logical_id, f"StageName: {resource.get('StageName')}")
    return CreatedResource("$default")


API = provisioner(_make_api, "Body FailOnWarnings")
STAGE = provisioner(_make_stage, "AccessLogSettings ApiId AutoDeploy StageName Tags")
