"""What an act stands on: a form that covers what is granted, and a signature that can be verified."""

from consentry_demo.event_steps import change_key_by_http, expect_rejected_event, record_by_http
from consentry_demo.player import Player


def evidence(player: Player) -> None:
    """A grant beyond its form is refused; a person's grant is relayed, signed by the customer's key."""
    player.title("What an act stands on")
    beyond = "consent/http-grant-beyond-form.json"
    expect_rejected_event(player, beyond, status=422, why="its form asks for less")
    change_key_by_http(
        player,
        "consent/http-register-key.json",
        "registers a key to sign acts with",
        label="stored",
    )
    record_by_http(player, "consent/http-grant-by-jws.json")
    change_key_by_http(
        player, "consent/http-revoke-key.json", "revokes it: it signs no further act", label="ended"
    )
