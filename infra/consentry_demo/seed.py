"""What the story begins with: customers, their people, forms and acts, all through the HTTP door."""

from consentry_demo import customers
from consentry_demo.event_steps import (
    print_form,
    print_recorded_event,
    record_by_http,
    register_form_by_http,
)
from consentry_demo.player import Player
from consentry_demo.summaries import DecisionSummary, describe_request


def seed(player: Player) -> None:
    """acme registers two forms and opts in without signing; globex grants, hal of globex refuses."""
    player.title("Forms and consent acts of two customers, acme and globex")
    register_form_by_http(player, "consent/http-register-form.json")
    register_form_by_http(player, "consent/http-register-opt-in-form.json")
    record_by_http(player, "consent/http-opt-in-unsigned.json")
    registered = player.http("POST", "/forms", customers.FORM, customers.ADMINISTRATOR)
    print_form(player, customers.FORM, registered)
    for consent_event in (customers.grant(registered["form"]), customers.refusal("hal")):
        print_recorded_event(
            player,
            consent_event,
            player.http("POST", "/consents", consent_event, customers.ADMINISTRATOR),
        )


def ask_globex(player: Player) -> None:
    """A refusal counts for the data that the person is in, and for no other."""
    player.title("Another customer, globex: it granted; one of its people refused")
    for request, expect, note in (
        (customers.request("globex-1", "gus", "ivy"), "allow", ""),
        (customers.request("globex-2", "gus", "hal"), "deny", "hal is in it"),
    ):
        answer = player.http("POST", "/decisions", request, customers.ADMINISTRATOR)
        player.print_decision(
            "HTTP",
            describe_request(request),
            DecisionSummary.of_answer(answer),
            expect=expect,
            note=note,
        )
