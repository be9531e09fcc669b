"""`consentry`: imports the module of a command only when that command runs."""

import os
import sys

from cyclopts import App

from consentry.kernel.vocabulary import open_vocabulary, using
from consentry_cli.defaults import DEFAULTS
from consentry_cli.errors import errors_reported

COMMANDS = {
    "consent": "Record, show, verify and import consent; register its forms; find who must renew.",
    "customer": "Assign terms and guardrails to a customer, or show the assignment.",
    "dataset": "Show a data set; register models trained on it.",
    "decide": "Decide on a data-use request: exit 0 is allow, 3 deny, 1 an error.",
    "demo": "Play a scenario of real events on the emulator.",
    "local": "Run the template in this process; send events to its functions.",
    "openapi": "Print the OpenAPI document of the HTTP API.",
    "person": "Export the data of a person, or erase the person.",
    "permit": "Verify a data permit offline: exit 0 is valid, 3 not; fetch the keys; revoke one.",
    "screen": "Screen a manifest: exit 0 is sent or allow, 3 deny, 1 an error.",
    "terms": "Check, show, compare and build terms and guardrails, written in Cedar.",
    "vocabulary": "Check and show vocabularies: data categories, services and roles.",
    "withdrawal": "Show how far a withdrawal has propagated; replay it.",
}
"""Each is `app` in infra/consentry_cli/<command>.py."""

app = App(
    name="consentry",
    help="Decide whether data may be used for AI, by the terms and the consent that apply to it.",
    version_flags=(),
)
for _command, _help in COMMANDS.items():
    app.command(f"consentry_cli.{_command}:app", name=_command, help=_help)


def run(*words: str) -> None:
    """Run a command, by default the one that was typed, and exit. The console script."""
    with errors_reported(), using(lambda: open_vocabulary(DEFAULTS | os.environ)):
        try:
            app(words or None)
        finally:
            sys.stdout.flush()  # Otherwise a reader that has gone is noticed outside of the block.
