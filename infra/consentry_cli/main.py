"""`consentry`: each command's module is imported only when that command is asked for."""

from cyclopts import App

COMMANDS = {
    "consent": "Grant, refuse, withdraw, show, import consent; register its forms.",
    "customer": "Bind a customer to its terms book and limit books, or show them.",
    "dataset": "Show a data set, or register a model that was made of it.",
    "decide": "Ask whether data may be used: exit 0 is allow, 3 deny, 1 no answer.",
    "demo": "Raise the template locally; send the events of events/ through every door.",
    "local": "The template raised in this process, its events delivered to the handlers.",
    "openapi": "Print what the HTTP doors take and answer, as an OpenAPI document.",
    "person": "Export what is known of a person, or erase the person.",
    "permit": "Check a permit offline: exit 0 holds, 3 does not; fetch its key; revoke one.",
    "screen": "Screen a manifest: exit 0 is sent or allow, 3 deny, 1 no answer.",
    "terms": "The terms as Cedar books: check, show, compare, build.",
    "vocabulary": "The closed words, with their fideslang counterparts.",
    "withdrawal": "Where a withdrawal has landed, and where not yet; replay one that did not land.",
}
"""Each lives in infra/consentry_cli/<command>.py as `app`."""

app = App(
    name="consentry",
    help="Whether data may be used for AI, under the terms that bind it and the consent given.",
    version_flags=(),
)
for _command, _help in COMMANDS.items():
    app.command(f"consentry_cli.{_command}:app", name=_command, help=_help)


def run() -> None:
    """The console script."""
    app()
