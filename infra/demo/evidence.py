"""What an act stands on: a form that covers what is granted, and a signature that can be verified."""

from infra.demo.doors import keep_http, kept_not_http, key_http
from infra.demo.stage import Stage


def evidence(stage: Stage) -> None:
    """A grant beyond its form is refused; a person's grant is relayed, signed by the customer's key."""
    stage.title("What an act stands on")
    beyond = "consent/api-grant-beyond-form.json"
    kept_not_http(stage, beyond, status=422, why="its form asks for less")
    key_http(
        stage, "consent/api-register-key.json", "registers a key to sign acts with", label="kept"
    )
    keep_http(stage, "consent/api-grant-by-jws.json")
    key_http(
        stage, "consent/api-revoke-key.json", "revokes it: it signs no further act", label="ended"
    )
