"""`consentry customer`: which books bind a customer, and since when."""

from datetime import UTC, datetime
from typing import Annotated

from cyclopts import App, Parameter

from consentry.terms.assign_policy_sets import assign_policy_sets
from consentry.terms.assignment import Assignment, parse_assignment
from consentry.terms.assignment_history import AssignmentRequest
from infra.cli.operating import (
    Customer,
    OperatorDependencies,
    StackName,
    deciding_stores_of,
    operator,
    refusals_told,
    stores_of,
)

app = App(name="customer", help="Bind a customer to its terms book and limit books, or show them.")

LIMITS = "As GUARDRAILS: `house,sector:dry_run`. Without it, those that bind who was never bound."


@app.command
def assign(
    customer: str,
    *,
    terms: str,
    guardrails: Annotated[str | None, Parameter(help=LIMITS)] = None,
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
    with refusals_told():
        repositories = deciding_stores_of(stack)
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
    with refusals_told():
        repositories = stores_of(stack)
        said = {"customer": customer, "terms": repositories.assignments.default.terms}
        record = repositories.assignments.record(AssignmentRequest.read(said).customer)
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
    guardrails = [
        f"{n} (observed)" if n in assignment.dry_run else n for n in assignment.guardrails
    ]
    return f"version {assignment.version}: terms {assignment.terms}, limits {', '.join(guardrails) or 'none'}"
