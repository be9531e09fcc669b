"""`consentry customer`: which books bind a customer, and since when."""

from datetime import UTC, datetime
from typing import Annotated

from cyclopts import App, Parameter

from consentry.aws.stores import Stores
from consentry.domain.terms.binding import Binding, binding_of
from consentry.domain.terms.binding_acts import BindingAct
from consentry.flows.bind_customer import bind_customer
from infra.cli.operating import (
    Customer,
    StackName,
    deciding_stores_of,
    operator,
    refusals_told,
    stores_of,
)

app = App(name="customer", help="Bind a customer to its terms book and limit books, or show them.")

LIMITS = "As LIMIT_BOOKS: `house,sector:observe`. Without it, those that bind who was never bound."


@app.command
def bind(
    customer: str,
    *,
    terms: str,
    limits: Annotated[str | None, Parameter(help=LIMITS)] = None,
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
        stores = deciding_stores_of(stack)
        named = binding_of(terms, limits) if limits is not None else _default(stores, terms)
        said = {"limits": named.limits, "observed": named.observed}
        act = BindingAct.read({"customer": customer, "terms": terms} | said)
        record = bind_customer(
            act,
            caller=operator(),
            at=datetime.now(UTC),
            world=stores,
        )
        print(f"{_in_words(record.binding)}, since {record.at:%Y-%m-%dT%H:%M:%SZ}")


@app.command
def show(customer: Customer, *, stack: StackName = None) -> None:
    """Print the books that bind a customer now."""
    with refusals_told():
        stores = stores_of(stack)
        said = {"customer": customer, "terms": stores.bindings.default.terms}
        record = stores.bindings.record(BindingAct.read(said).customer)
        if record:
            print(f"{_in_words(record.binding)}, since {record.at:%Y-%m-%dT%H:%M:%SZ}")
        else:
            print(f"{_in_words(stores.bindings.default)}: never bound, so by the environment")


def _default(stores: Stores, terms: str) -> Binding:
    default = stores.bindings.default
    return Binding(terms, default.limits, default.observed)


def _in_words(binding: Binding) -> str:
    limits = [f"{n} (observed)" if n in binding.observed else n for n in binding.limits]
    return f"version {binding.version}: terms {binding.terms}, limits {', '.join(limits) or 'none'}"
