"""Consentry's own stack on the emulator: how commands, the demo and tests start it."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from consentry_emulator import event_files
from consentry_emulator.delivery.executions import Execution
from consentry_emulator.delivery.http_api import Response
from consentry_emulator.emulator import Emulator
from consentry_emulator.runtime import InvocationResult
from consentry_emulator.sam_transform import read_template
from consentry_emulator.stack_wiring import Wiring

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
STACK = "consentry-local"
PARAMETERS = {
    "JwtIssuer": "https://issuer.local",
    "JwtAudience": "consentry",
    "TrainingRoleArn": "arn:aws:iam::123456789012:role/training",
    "TrainingImage": "123456789012.dkr.ecr.eu-central-1.amazonaws.com/summaries:7",
    "TrainingOutputUri": "s3://models/",
    # The customers of the samples in events/, which exist at once, and all others that exist.
    "BusCallers": '{"meetings.pipeline": "acme globex *"}',
    "QueueCustomers": "acme globex *",
    "TaskCustomers": "acme globex *",
}
"""Values for the parameters without a default, for a stack that only this process can reach."""

ISOLATED = (
    "functions",
    "consentry.aws.clients",
    "consentry.aws.dependencies",
    "consentry.*.open",
    "consentry.decisions.eventbridge",
)
"""The modules that hold clients, caches and opened repositories: each function gets its own copies.

Other modules of `consentry.aws` are shared: shared modules could not catch the exceptions of a copy.
"""

MACHINE, MACHINE_INPUT = "GateTrainingStateMachine", {"permit", "training"}


def start(
    template: Path = TEMPLATE,
    *,
    stack: str = STACK,
    opt: Path | None = None,
    parameters: Mapping[str, str] = {},
) -> AbstractContextManager[Emulator]:
    """Start the emulator; `opt` is the directory used as /opt, by default `.build` next to the template.

    `parameters` are added to PARAMETERS.
    """
    declared = read_template(template).get("Parameters", {})
    return Emulator.start(
        template,
        stack=stack,
        parameters={
            name: value for name, value in {**PARAMETERS, **parameters}.items() if name in declared
        },
        opt=opt or template.parent / ".build",
        isolate=ISOLATED,
    )


def deliver_file(emulator: Emulator, path: Path) -> Response | Execution | InvocationResult | None:
    """Send an event file of `events/` (see `consentry_emulator.event_files`)."""
    return event_files.deliver_file(emulator, path, _recipient)


def _recipient(wiring: Wiring, path: Path, event: Any) -> str | None:
    """The function `functions.<feature>.<trigger>` for <feature>/<trigger>-<case>.json, or the state machine."""
    if event.keys() >= MACHINE_INPUT:
        return MACHINE
    for function in wiring.functions.values():
        module = function.handler.rpartition(".")[0]
        feature, _, trigger = module.removeprefix("functions.").partition(".")
        if path.parent.name == feature and path.name.startswith(f"{trigger.replace('_', '-')}-"):
            return function.logical_id
    return None
