"""`consentry customer`: which books bind a customer, and since when."""

from datetime import UTC, datetime
from typing import Annotated

from cyclopts import App, Parameter

from consentry.terms.assign_policy_sets import assign_policy_sets
from consentry.terms.assignment import Assignment, AssignmentRequest, parse_assignment
from consentry_cli.session import (
    Customer,
    OperatorDependencies,
    StackName,
    errors_reported,
    open_deciding_dependencies,
    open_dependencies,
    operator,
)

app = App(name="customer", help="Bind a customer to its terms book and limit books, or show them.")

GUARDRAILS_HELP = (
    "As GUARDRAILS: `house,sector:dry_run`. Without it, those that bind who was never bound."
)


@app.command
def assign(
    customer: str,
    *,
    terms: str,
    guardrails: Annotated[str | None, Parameter(help=GUARDRAILS_HELP)] = None,
    stack: StackName = None,
) -> None:
    """Bind a customer; from now on every decision on its data is by these books.

    Parameters
    ----------
    customer
        The customer's id.
    terms
        The terms book: one of those deployed, or the customer's own contract as a book.
    """
    with errors_reported():
        repositories = open_deciding_dependencies(stack)
        named = (
            parse_assignment(terms, guardrails)
            if guardrails is not None
            else _default(repositories, terms)
        )
        said = {"guardrails": named.guardrails, "dry_run": named.dry_run}
        request = AssignmentRequest.read({"customer": customer, "terms": terms} | said)
        record = assign_policy_sets(
            request,
            caller=operator(),
            at=datetime.now(UTC),
            deps=repositories,
        )
        print(f"{_in_words(record.assignment)}, since {record.at:%Y-%m-%dT%H:%M:%SZ}")


@app.command
def show(customer: Customer, *, stack: StackName = None) -> None:
    """Print the books that bind a customer now."""
    with errors_reported():
        repositories = open_dependencies(stack)
        said = {"customer": customer, "terms": repositories.assignments.default.terms}
        record = repositories.assignments.get_record(AssignmentRequest.read(said).customer)
        if record:
            print(f"{_in_words(record.assignment)}, since {record.at:%Y-%m-%dT%H:%M:%SZ}")
        else:
            print(
                f"{_in_words(repositories.assignments.default)}: never bound, so by the environment"
            )


def _default(repositories: OperatorDependencies, terms: str) -> Assignment:
    default = repositories.assignments.default
    return Assignment(terms, default.guardrails, default.dry_run)


def _in_words(assignment: Assignment) -> str:
    guardrails = [f"{n} (dry run)" if n in assignment.dry_run else n for n in assignment.guardrails]
    return f"version {assignment.version}: terms {assignment.terms}, guardrails {', '.join(guardrails) or 'none'}"
