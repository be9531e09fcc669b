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
    document, now = DataUseRequest.read(load_file(request)), datetime.now(UTC)
    deps = open_with_terms(stack)
    decision = decide_use(document, caller=operator(), at=now, deps=deps)
    response = decision_response(decision, at=now)
    if json:
        print(TypeAdapter(DecisionResponse).dump_json(response, indent=2).decode())
    else:
        print("\n".join(_lines(response)))
    return OK if response.decision else DENIED


def _lines(response: DecisionResponse) -> Iterator[str]:
    until = f" until {format_time(response.expires_at)}" if response.expires_at else ""
    yield f"{response.outcome}{until}: decision {response.decision_id}, revision {response.revision}"
    for reason in (*response.reasons, *response.dry_run):
        people = f"people {reason.people_status}" if reason.people_status else "no people named"
        statuses = f"customer {reason.customer_status}, {people}"
        yield f"  {reason.policy_set_id} {reason.version} {reason.ruling} ({statuses})"
        rules = [
            f"{rule} ({clause}): "
            for rule, clause in zip(reason.rules, reason.clauses, strict=True)
        ]
        for rule, explanation in zip(rules or [""], reason.explanations, strict=True):
            yield f"    {rule}{explanation}"
    for needed in response.what_would_allow:
        yield f"  {needed.sentence}"
        for consent in needed.consents:
            if consent.people:
                positions = ", ".join(f"people.{position}" for position in consent.people)
                yield f"    missing in the request: {positions}"
