"""`consentry decide`: decide on one data-use request, and log the decision."""

from collections.abc import Iterator
from datetime import UTC, datetime

from cyclopts import App
from pydantic import TypeAdapter

from consentry.decisions.decide import decide_use
from consentry.decisions.response import DecisionResponse, decision_response
from consentry.kernel.requests import DataUseRequest
from consentry_cli.exit_codes import DENIED, OK
from consentry_cli.files import load_file
from consentry_cli.main import COMMANDS
from consentry_cli.options import AsJson, InputFile, StackName
from consentry_cli.render import format_time
from consentry_cli.session import open_with_terms, operator

app = App(name="decide", help=COMMANDS["decide"])


@app.default
def decide(request: InputFile, *, json: AsJson = False, stack: StackName = None) -> int:
    """Decide on one data-use request, log the decision, then print it. Exit 0 is allow, 3 is deny.

    Parameters
    ----------
    request
        The request as JSON; `-` is the standard input.
    """
    decision = decide_use(
        DataUseRequest.read(load_file(request)),
        caller=operator(),
        at=datetime.now(UTC),
        deps=open_with_terms(stack),
    )
    response = decision_response(decision)
    if json:
        print(TypeAdapter(DecisionResponse).dump_json(response, indent=2).decode())
    else:
        print("\n".join(_lines(response)))
    return OK if response.decision else DENIED


def _lines(response: DecisionResponse) -> Iterator[str]:
    until = f" until {format_time(response.expires_at)}" if response.expires_at else ""
    yield f"{response.outcome}{until}: decision {response.decision_id}, revision {response.revision}"
    for reason in (*response.reasons, *response.dry_run):
        statuses = f"customer {reason.customer_status}, people {reason.people_status}"
        yield f"  {reason.policy_set_id} {reason.version} {reason.ruling} ({statuses})"
        rules = zip(reason.rules, reason.clauses, reason.explanations, strict=True)
        for rule, clause, explanation in rules:
            yield f"    {rule} ({clause}): {explanation}"
    for each in response.what_would_allow:
        yield f"  {each.sentence}"
