"""`consentry openapi`: print the OpenAPI document of the HTTP API."""

import json

from cyclopts import App

app = App(name="openapi", help="Print the OpenAPI document of the HTTP API.")


@app.default
def show() -> None:
    """Print the OpenAPI document of the HTTP API."""
    print(text())


def text() -> str:
    """The document as it is checked in: events/openapi.json."""
    from functions.openapi import openapi_document  # noqa: PLC0415 - `consentry --help` must not load the handlers

    return json.dumps(openapi_document(), indent=2, sort_keys=True)
