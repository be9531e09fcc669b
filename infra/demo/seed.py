"""What the story begins with: customers, their people, forms and acts, all through the HTTP door."""

from infra.demo import cast
from infra.demo.answers import Told, asked
from infra.demo.doors import keep_http, register_http, tell_form, tell_kept
from infra.demo.stage import Stage


def seed(stage: Stage) -> None:
    """acme registers two forms and opts in without signing; globex grants, hal of globex refuses."""
    stage.title("Forms and consent acts of two customers, acme and globex")
    register_http(stage, "consent/api-register-form.json")
    register_http(stage, "consent/api-register-opt-in.json")
    keep_http(stage, "consent/api-opt-in-unsigned.json")
    registered = stage.http("POST", "/forms", cast.FORM, cast.ADMINISTRATOR)
    tell_form(stage, cast.FORM, registered)
    for consent_event in (cast.grant(registered["form"]), cast.refusal("hal")):
        tell_kept(
            stage, consent_event, stage.http("POST", "/consents", consent_event, cast.ADMINISTRATOR)
        )


def ask_globex(stage: Stage) -> None:
    """A refusal counts for the data that the person is in, and for no other."""
    stage.title("Another customer, globex: it granted; one of its people refused")
    for request, expect, note in (
        (cast.request("globex-1", "gus", "ivy"), "allow", ""),
        (cast.request("globex-2", "gus", "hal"), "deny", "hal is in it"),
    ):
        answer = stage.http("POST", "/decisions", request, cast.ADMINISTRATOR)
        stage.tell("HTTP", asked(request), Told.of_answer(answer), expect=expect, note=note)
