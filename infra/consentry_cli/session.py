"""An operator at the keyboard: under which identity, on whose tables, and what is told when it fails."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from getpass import getuser
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

from cyclopts import Parameter

from consentry.kernel.authorization import Caller
from consentry.kernel.errors import ConsentryError
from consentry.privacy.open import PrivacyDependencies
from consentry.renewal.open import RenewalDependencies
from consentry_cli.errors import describe_aws_error

StackName = Annotated[
    str | None,
    Parameter(
        help="A deployed stack, to find the tables by; without it, the environment names them."
    ),
]

Customer = Annotated[str, Parameter(help="The customer's id.")]
Person = Annotated[str, Parameter(help="The person's id, as the customer has it.")]

ERROR = 1
"""Exit code: the command was refused, or the world is broken; nothing was answered."""

DEFAULTS = {
    "TERMS_DIRECTORY": str(Path(__file__).parents[2] / ".build" / "terms"),
    "DEFAULT_TERMS": "announced",
    "GUARDRAILS": "house",
}
"""What template.yaml says too; the tables have no default."""

STACK_OUTPUTS = {
    "CONSENT_TABLE": "ConsentTableName",
    "DECISION_TABLE": "DecisionTableName",
    "KEY_TABLE": "KeyTableName",
}
TERMS = "TERMS_DIRECTORY"
STACK_PARAMETERS = {"DEFAULT_TERMS": "DefaultTerms", "GUARDRAILS": "Guardrails"}


class OperatorDependencies(PrivacyDependencies, RenewalDependencies):
    """Every repository that a command uses."""


class MissingSettingError(ConsentryError):
    """The operator named no tables, or a stack that has none."""


_tables: ContextVar[Mapping[str, str]] = ContextVar("tables", default=MappingProxyType({}))
"""The tables that this command asked for, to say which of them is not there."""


def operator() -> Caller:
    """The operator's own identity, which may name every customer."""
    user = getuser().encode("ascii", "backslashreplace").decode("ascii")
    return Caller.allowed(f"operator:{user}", "*")


def open_dependencies(stack: str | None) -> OperatorDependencies:
    """The stores that the environment names, or a deployed stack; MissingSettingError if neither does."""
    return OperatorDependencies.open(DEFAULTS | environment_of(stack, STACK_OUTPUTS))


def open_deciding_dependencies(stack: str | None) -> OperatorDependencies:
    """The same for what the terms decide and what is then kept; MissingSettingError if only this checkout says which.

    A stack says where its tables are, and not which terms were deployed with it.
    """
    if stack is not None and not os.environ.get(TERMS):
        said = f"set it to the terms that {stack} was deployed with (.build/terms of its commit)"
        raise MissingSettingError(f"{TERMS}: not set; {said}")
    return open_dependencies(stack)


def environment_of(stack: str | None, outputs: Mapping[str, str]) -> dict[str, str]:
    """The environment, with what a deployed stack says of it; MissingSettingError if a name of `outputs` is not set.

    `outputs`: names of the environment, each with the stack's output that says it too.
    """
    named = dict(os.environ) if stack is None else os.environ | _read_stack(stack, outputs)
    missing = [name for name in outputs if not named.get(name)]
    if missing:
        asked = "set what it names in the environment, or name a deployed stack with --stack"
        raise MissingSettingError(f"{', '.join(missing)}: not set; {asked}")
    _tables.set(
        dict(_tables.get()) | {name: named[name] for name in outputs if name.endswith("_TABLE")}
    )
    return named


def _read_stack(stack: str, wanted: Mapping[str, str]) -> dict[str, str]:
    """What a deployed stack says of its tables (its outputs) and books (its parameters)."""
    described = _describe_stack(stack)
    outputs = {each["OutputKey"]: each["OutputValue"] for each in described.get("Outputs", [])}
    given = {e["ParameterKey"]: e["ParameterValue"] for e in described.get("Parameters", [])}
    missing = [output for output in wanted.values() if output not in outputs]
    if missing:
        raise MissingSettingError(f"stack {stack} has no outputs {', '.join(missing)}")
    return _pick(wanted, outputs) | _pick(STACK_PARAMETERS, given)


def _describe_stack(stack: str) -> Any:
    import boto3  # noqa: PLC0415 - `consentry --help` does without
    from botocore.exceptions import ClientError  # noqa: PLC0415

    client = boto3.client("cloudformation")
    try:
        return client.describe_stacks(StackName=stack)["Stacks"][0]
    except ClientError as failed:
        if failed.response["Error"]["Code"] != "ValidationError":
            raise
        where = client.meta.region_name
        raise MissingSettingError(f"there is no stack {stack} in {where}") from failed


def _pick(names: Mapping[str, str], values: Mapping[str, str]) -> dict[str, str]:
    return {name: values[theirs] for name, theirs in names.items() if theirs in values}


@contextmanager
def errors_reported() -> Iterator[None]:
    """Say on stderr why nothing was answered, and exit with REFUSED."""
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

    try:
        yield
    except ConsentryError as wrong:
        said = f"error: {wrong}"
    except ClientError as failed:
        said = describe_aws_error(failed, _tables.get())
    except BotoCoreError as broken:
        said = f"AWS was not reached: {type(broken).__name__}; nothing was answered"
    else:
        return
    print(said, file=sys.stderr)
    raise SystemExit(ERROR)
