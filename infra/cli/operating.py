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
from infra.cli.aws_failures import in_words

StackName = Annotated[
    str | None,
    Parameter(
        help="A deployed stack, to find the tables by; without it, the environment names them."
    ),
]

Customer = Annotated[str, Parameter(help="The customer's id.")]
Person = Annotated[str, Parameter(help="The person's id, as the customer has it.")]

REFUSED = 1
"""Exit code: the command was refused, or the world is broken; nothing was answered."""

DEFAULTS = {
    "TERMS_DIRECTORY": str(Path(__file__).parents[2] / ".build" / "terms"),
    "DEFAULT_TERMS": "announced",
    "GUARDRAILS": "house",
}
"""What template.yaml says too; the tables have no default."""

FROM_OUTPUTS = {
    "CONSENT_TABLE": "ConsentTableName",
    "DECISION_TABLE": "DecisionTableName",
    "KEY_TABLE": "KeyTableName",
}
TERMS = "TERMS_DIRECTORY"
FROM_PARAMETERS = {"DEFAULT_TERMS": "DefaultTerms", "GUARDRAILS": "Guardrails"}


class OperatorDependencies(PrivacyDependencies, RenewalDependencies):
    """Every repository that a command uses."""


class NoSuchPlaceError(ConsentryError):
    """The operator named no tables, or a stack that has none."""


_tables: ContextVar[Mapping[str, str]] = ContextVar("tables", default=MappingProxyType({}))
"""The tables that this command asked for, to say which of them is not there."""


def operator() -> Caller:
    """The operator's own identity, which may name every customer."""
    user = getuser().encode("ascii", "backslashreplace").decode("ascii")
    return Caller.allowed(f"operator:{user}", "*")


def stores_of(stack: str | None) -> OperatorDependencies:
    """The stores that the environment names, or a deployed stack; NoSuchPlaceError if neither does."""
    return OperatorDependencies.open(DEFAULTS | named_by(stack, FROM_OUTPUTS))


def deciding_stores_of(stack: str | None) -> OperatorDependencies:
    """The same for what the terms decide and what is then kept; NoSuchPlaceError if only this checkout says which.

    A stack says where its tables are, and not which terms were deployed with it.
    """
    if stack is not None and not os.environ.get(TERMS):
        said = f"set it to the terms that {stack} was deployed with (.build/terms of its commit)"
        raise NoSuchPlaceError(f"{TERMS}: not set; {said}")
    return stores_of(stack)


def named_by(stack: str | None, outputs: Mapping[str, str]) -> dict[str, str]:
    """The environment, with what a deployed stack says of it; NoSuchPlaceError if a name of `outputs` is not set.

    `outputs`: names of the environment, each with the stack's output that says it too.
    """
    named = dict(os.environ) if stack is None else os.environ | _said_by(stack, outputs)
    missing = [name for name in outputs if not named.get(name)]
    if missing:
        asked = "set what it names in the environment, or name a deployed stack with --stack"
        raise NoSuchPlaceError(f"{', '.join(missing)}: not set; {asked}")
    _tables.set(
        dict(_tables.get()) | {name: named[name] for name in outputs if name.endswith("_TABLE")}
    )
    return named


def _said_by(stack: str, wanted: Mapping[str, str]) -> dict[str, str]:
    """What a deployed stack says of its tables (its outputs) and books (its parameters)."""
    described = _described(stack)
    outputs = {each["OutputKey"]: each["OutputValue"] for each in described.get("Outputs", [])}
    given = {e["ParameterKey"]: e["ParameterValue"] for e in described.get("Parameters", [])}
    missing = [output for output in wanted.values() if output not in outputs]
    if missing:
        raise NoSuchPlaceError(f"stack {stack} has no outputs {', '.join(missing)}")
    return _picked(wanted, outputs) | _picked(FROM_PARAMETERS, given)


def _described(stack: str) -> Any:
    import boto3  # noqa: PLC0415 - `consentry --help` does without
    from botocore.exceptions import ClientError  # noqa: PLC0415

    client = boto3.client("cloudformation")
    try:
        return client.describe_stacks(StackName=stack)["Stacks"][0]
    except ClientError as failed:
        if failed.response["Error"]["Code"] != "ValidationError":
            raise
        where = client.meta.region_name
        raise NoSuchPlaceError(f"there is no stack {stack} in {where}") from failed


def _picked(names: Mapping[str, str], values: Mapping[str, str]) -> dict[str, str]:
    return {name: values[theirs] for name, theirs in names.items() if theirs in values}


@contextmanager
def refusals_told() -> Iterator[None]:
    """Say on stderr why nothing was answered, and exit with REFUSED."""
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

    try:
        yield
    except ConsentryError as wrong:
        said = f"refused: {wrong}"
    except ClientError as failed:
        said = in_words(failed, _tables.get())
    except BotoCoreError as broken:
        said = f"AWS was not reached: {type(broken).__name__}; nothing was answered"
    else:
        return
    print(said, file=sys.stderr)
    raise SystemExit(REFUSED)
