"""An operator at the keyboard: under which identity, on whose tables, and what is told when it fails."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from getpass import getuser
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from consentry.aws.stores import Stores, open_stores
from consentry.domain.callers import Caller
from consentry.domain.errors import ConsentryError, MalformedError

StackName = Annotated[
    str | None,
    Parameter(
        help="A deployed stack, to find the tables by; without it, the environment names them."
    ),
]

REFUSED = 1
"""Exit code: the command was refused, or the world is broken; nothing was answered."""

DEFAULTS = {
    "TERMS_DIRECTORY": str(Path(__file__).parents[2] / ".build" / "terms"),
    "TERMS_BOOK": "announced",
    "LIMIT_BOOKS": "house",
}
"""What template.yaml says too; the tables have no default."""

FROM_OUTPUTS = {
    "CONSENT_TABLE": "ConsentTableName",
    "DECISION_TABLE": "DecisionTableName",
    "KEY_TABLE": "KeyTableName",
}
FROM_PARAMETERS = {"TERMS_BOOK": "TermsBook", "LIMIT_BOOKS": "LimitBooks"}


class NoSuchPlaceError(ConsentryError):
    """The operator named no tables, or a stack that has none."""


def operator() -> Caller:
    """The operator's own identity, which may name every customer."""
    user = getuser().encode("ascii", "backslashreplace").decode("ascii")
    return Caller.allowed(f"operator:{user}", "*")


def stores_of(stack: str | None) -> Stores:
    """The stores that the environment names, or a deployed stack; NoSuchPlaceError if neither does."""
    return open_stores(DEFAULTS | named_by(stack, FROM_OUTPUTS))


def named_by(stack: str | None, outputs: Mapping[str, str]) -> dict[str, str]:
    """The environment, with what a deployed stack says of it; NoSuchPlaceError if a name of `outputs` is not set.

    `outputs`: names of the environment, each with the stack's output that says it too.
    """
    named = dict(os.environ) if stack is None else os.environ | _said_by(stack, outputs)
    missing = [name for name in outputs if not named.get(name)]
    if missing:
        asked = "set what it names in the environment, or name a deployed stack with --stack"
        raise NoSuchPlaceError(f"{', '.join(missing)}: not set; {asked}")
    return named


def _said_by(stack: str, wanted: Mapping[str, str]) -> dict[str, str]:
    """What a deployed stack says of its tables (its outputs) and books (its parameters)."""
    import boto3  # noqa: PLC0415 - `consentry --help` does without

    described = boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
    outputs = {each["OutputKey"]: each["OutputValue"] for each in described.get("Outputs", [])}
    given = {e["ParameterKey"]: e["ParameterValue"] for e in described.get("Parameters", [])}
    missing = [output for output in wanted.values() if output not in outputs]
    if missing:
        raise NoSuchPlaceError(f"stack {stack} has no outputs {', '.join(missing)}")
    return _picked(wanted, outputs) | _picked(FROM_PARAMETERS, given)


def _picked(names: Mapping[str, str], values: Mapping[str, str]) -> dict[str, str]:
    return {name: values[theirs] for name, theirs in names.items() if theirs in values}


def read_file(path: Path) -> bytes:
    """A file's bytes, `-` being the standard input; MalformedError if it cannot be read."""
    try:
        return sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except OSError as missing:
        raise MalformedError("file", f"cannot be read: {missing.strerror}") from missing


@contextmanager
def refusals_told() -> Iterator[None]:
    """Say on stderr why nothing was answered, and exit with REFUSED."""
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

    try:
        yield
    except ConsentryError as wrong:
        said = f"refused: {wrong}"
    except ClientError as failed:
        code = failed.response["Error"]["Code"]
        said = f"AWS did not do {failed.operation_name}: {code}; nothing was answered"
    except BotoCoreError as broken:
        said = f"AWS was not reached: {type(broken).__name__}; nothing was answered"
    else:
        return
    print(said, file=sys.stderr)
    raise SystemExit(REFUSED)
