"""`consentry customer`: the terms and guardrails assigned to a customer."""

from datetime import UTC, datetime
from typing import Annotated

from cyclopts import App, Parameter

from consentry.terms.assign_policy_sets import assign_policy_sets
from consentry.terms.assignment import Assignment, AssignmentRequest, parse_assignment
from consentry_cli.main import COMMANDS
from consentry_cli.options import CustomerId, CustomerQuery, StackName
from consentry_cli.render import format_time
from consentry_cli.session import open_dependencies, open_with_terms, operator

app = App(name="customer", help=COMMANDS["customer"])

GUARDRAILS_HELP = "In the format of GUARDRAILS: `house,sector:dry_run`. Without it, the defaults."


@app.command
def assign(
    customer: CustomerId,
    *,
    terms: Annotated[str, Parameter(help="The name of deployed terms, such as `announced`.")],
    guardrails: Annotated[str | None, Parameter(help=GUARDRAILS_HELP)] = None,
    stack: StackName = None,
) -> None:
    """Assign terms and guardrails to a customer. From now on, they decide about all its data."""
    deps = open_with_terms(stack)
    assignment = deps.assignments.default
    if guardrails is not None:
        assignment = parse_assignment(terms, guardrails)
    fields = {"guardrails": assignment.guardrails, "dry_run": assignment.dry_run}
    request = AssignmentRequest.read({"customer": customer, "terms": terms} | fields)
    record = assign_policy_sets(request, caller=operator(), at=datetime.now(UTC), deps=deps)
    print(f"{_describe(record.assignment)}, since {format_time(record.at)}")


@app.command
def show(customer: CustomerId, *, stack: StackName = None) -> None:
    """Print the current assignment of a customer."""
    deps = open_dependencies(stack)
    query = CustomerQuery.read({"customer": customer})
    if record := deps.assignments.get_record(query.customer):
        print(f"{_describe(record.assignment)}, since {format_time(record.at)}")
    else:
        print(f"{_describe(deps.assignments.default)}: the defaults, nothing is assigned")


def _describe(assignment: Assignment) -> str:
    guardrails = [
        f"{name} (dry run)" if name in assignment.dry_run else name
        for name in assignment.guardrails
    ]
    return (
        f"version {assignment.version}: terms {assignment.terms}, "
        f"guardrails {', '.join(guardrails) or 'none'}"
    )
