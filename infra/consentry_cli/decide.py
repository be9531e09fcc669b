"""`consentry decide`: an operator asks whether data may be used so, and is answered from the log."""

from datetime import UTC, datetime
from typing import Annotated

from cyclopts import App, Parameter
from pydantic import TypeAdapter

from consentry.decisions.decide import decide_use
from consentry.decisions.response import DecisionResponse, decision_response
from consentry.kernel.requests import DataUseRequest
from consentry_cli.files import InputFile, load_file
from consentry_cli.session import StackName, errors_reported, open_deciding_dependencies, operator

app = App(name="decide", help="Ask whether data may be used: exit 0 is allow, 3 deny, 1 no answer.")

DENIED = 3
"""Exit code of a denial, told apart from a command that was refused or mistyped."""


@app.default
def decide(
    request: InputFile,
    *,
    json: Annotated[
        bool, Parameter(help="The whole answer, as callers of the API get it.")
    ] = False,
    stack: StackName = None,
) -> int:
    """Decide on one data-use request, log the decision, then print it.

    Parameters
    ----------
    request
        The request as JSON; `-` is the standard input.
    """
    with errors_reported():
        asked = DataUseRequest.read(load_file(request))
        decision = decide_use(
            asked,
            caller=operator(),
            at=datetime.now(UTC),
            deps=open_deciding_dependencies(stack),
        )
    answer = decision_response(decision)
    if json:
        print(TypeAdapter(DecisionResponse).dump_json(answer, indent=2).decode())
    else:
        print("\n".join(_lines(answer)))
    return 0 if answer.decision else DENIED


def _lines(answer: DecisionResponse) -> list[str]:
    until = f" until {answer.expires_at:%Y-%m-%dT%H:%M:%SZ}" if answer.expires_at else ""
    lines = [f"{answer.outcome}{until}: decision {answer.decision_id}, revision {answer.revision}"]
    for reason in (*answer.reasons, *answer.dry_run):
        seen = f"customer {reason.customer_status}, people {reason.people_status}"
        lines.append(f"  {reason.policy_set_id} {reason.version} {reason.ruling} ({seen})")
        ruled = zip(reason.rules, reason.clauses, reason.explanations, strict=True)
        lines += [f"    {rule} ({clause}): {explanation}" for rule, clause, explanation in ruled]
    return lines + [f"  {each.sentence}" for each in answer.what_would_allow]
