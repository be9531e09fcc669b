"""`consentry dataset`: the data sets of screenings, and the models trained on them."""

from datetime import UTC, datetime
from typing import Annotated

from cyclopts import App, Parameter

from consentry.datasets.get_data_set import DataSetDetails, get_data_set
from consentry.datasets.register_model import register_model
from consentry.datasets.remediation import Model, ModelKind
from consentry.html.labels import number_of
from consentry_cli.main import COMMANDS
from consentry_cli.options import StackName
from consentry_cli.render import format_time, print_columns
from consentry_cli.session import open_dependencies, operator

app = App(name="dataset", help=COMMANDS["dataset"])

DataSetId = Annotated[str, Parameter(help="The id of the data set: `data_set_id` in report.json.")]


@app.command
def show(data_set_id: DataSetId, *, stack: StackName = None) -> None:
    """Print whether a data set is outdated or tainted, how many models were trained on it, and what to do."""
    deps = open_dependencies(stack, "DATA_SET_TABLE")
    data_set = get_data_set(data_set_id, caller=operator(), at=datetime.now(UTC), deps=deps)
    print(_describe(data_set))
    if outdated := data_set.outdated:
        by = f" by {outdated.policy_set}" if outdated.policy_set else ""
        print(f"outdated by {outdated.cause}: rows are rejected{by}")
    if data_set.successor:
        print(f"screened again: use {data_set.successor}")
    print_columns(
        ("to do:", str(each.action), each.model_id or "the data set")
        for each in data_set.remediations
    )


@app.command
def models(
    data_set_id: DataSetId,
    *,
    add: str | None = None,
    kind: Annotated[ModelKind, Parameter(name_transform=str.lower)] = ModelKind.FULL,
    location: str = "unknown",
    stack: StackName = None,
) -> None:
    """Print the models trained on a data set. With `--add ID`, register one first.

    Parameters
    ----------
    add
        The id of the model to register. You choose it.
    kind
        The kind of model. The remediations depend on it.
    location
        Where the model runs, in your own words.
    """
    deps, at = open_dependencies(stack, "DATA_SET_TABLE"), datetime.now(UTC)
    if add is None:
        data_set = get_data_set(data_set_id, caller=operator(), at=at, deps=deps)
    else:
        model = Model.read({"model_id": add, "kind": kind, "location": location})
        data_set = register_model(data_set_id, model, caller=operator(), at=at, deps=deps)
    print_columns(
        (each.model.model_id, str(each.model.kind), f"at {each.model.location}")
        for each in data_set.models
    )


def _describe(details: DataSetDetails) -> str:
    moment = details.tainted_since or (details.outdated and details.outdated.since)
    since = f" since {format_time(moment)}" if moment else ""
    data_set = details.data_set
    return (
        f"{details.status}{since}: {number_of(data_set.rows, 'row')}, "
        f"{number_of(data_set.membership_file.people_count, 'person', 'people')}, "
        f"{number_of(len(details.models), 'model')}"
    )
