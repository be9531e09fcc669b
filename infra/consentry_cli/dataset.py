"""`consentry dataset`: what a screening left, and the models that were made of it."""

from datetime import UTC, datetime
from typing import Annotated

from cyclopts import App, Parameter

from consentry.datasets.get_data_set import DataSetDetails, get_data_set
from consentry.datasets.register_model import register_model
from consentry.datasets.remediation import Model, ModelKind
from consentry_cli.session import (
    DEFAULTS,
    STACK_OUTPUTS,
    OperatorDependencies,
    StackName,
    environment_of,
    errors_reported,
    operator,
)

app = App(name="dataset", help="Show a data set, or register a model that was made of it.")

DATA_SET_OUTPUTS = STACK_OUTPUTS | {"DATA_SET_TABLE": "DataSetTableName"}


@app.command
def show(data_set_id: str, *, stack: StackName = None) -> None:
    """Print whether a data set is clean, what was made of it, and what is to be done.

    Parameters
    ----------
    data_set_id
        As the screening's report.json names it: `data_set_id`.
    """
    with errors_reported():
        print(_in_words(get_data_set(data_set_id, caller=operator(), deps=_opened(stack))))


@app.command
def models(
    data_set_id: str,
    *,
    add: str | None = None,
    kind: Annotated[ModelKind, Parameter(name_transform=str.lower)] = ModelKind.FULL,
    location: str = "unknown",
    stack: StackName = None,
) -> None:
    """Print the models made of a data set; with `--add ID`, register one first.

    Parameters
    ----------
    data_set_id
        As the screening's report.json names it: `data_set_id`.
    add
        The id of a model that was made of it, in your own words.
    kind
        What was made; what can be done about it differs.
    location
        Where the model runs, in your own words.
    """
    with errors_reported():
        deps = _opened(stack)
        if add is None:
            found = get_data_set(data_set_id, caller=operator(), deps=deps)
        else:
            model = Model.read({"model_id": add, "kind": kind, "location": location})
            now = datetime.now(UTC)
            found = register_model(data_set_id, model, caller=operator(), at=now, deps=deps)
        for each in found.models:
            print(f"{each.model.model_id}  {each.model.kind}  at {each.model.location}")


def _opened(stack: str | None) -> OperatorDependencies:
    return OperatorDependencies.open(DEFAULTS | environment_of(stack, DATA_SET_OUTPUTS))


def _in_words(found: DataSetDetails) -> str:
    since = f" since {found.tainted_since:%Y-%m-%dT%H:%M:%SZ}" if found.tainted_since else ""
    lines = [
        f"{found.status}{since}: {found.data_set.rows} rows, {found.data_set.membership_file.people_count} people, "
        f"{len(found.models)} models",
        *(
            f"stated, not done: {r.action} {r.model_id or '(the data set)'}"
            for r in found.remediations
        ),
    ]
    return "\n".join(lines)
