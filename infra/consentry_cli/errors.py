"""Errors of commands: printed as `error: ...`, AWS failures in an operator's words."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import TYPE_CHECKING, NoReturn

from consentry.kernel.errors import ConsentryError
from consentry_cli.exit_codes import BROKEN_PIPE, ERROR
from consentry_terms.errors import TermsSourceError

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

_REGION = "set AWS_DEFAULT_REGION, or `region` in the profile that AWS_PROFILE names"
_SIGN_IN = "sign in to AWS again (`aws sso login`), or set AWS_PROFILE"
_ADVICE = {
    "NoRegionError": _REGION,
    "InvalidRegionError": _REGION,
    "NoCredentialsError": "sign in to AWS, or set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    "PartialCredentialsError": "set both AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    "CredentialRetrievalError": _SIGN_IN,
    "TokenRetrievalError": _SIGN_IN,
    "UnauthorizedSSOTokenError": _SIGN_IN,
    "SSOTokenLoadError": _SIGN_IN,
    "ProfileNotFound": "set AWS_PROFILE to a profile that `aws configure list-profiles` shows",
    "EndpointConnectionError": "check the network, and that the region exists",
}
"""What an operator can do, by the name of botocore's error."""

tables_in_use: ContextVar[Mapping[str, str]] = ContextVar("tables", default=MappingProxyType({}))
"""The table names of the running command, by setting. DynamoDB does not say which table is missing."""


@contextmanager
def errors_reported() -> Iterator[None]:
    """Print an error to stderr, and exit with ERROR."""
    try:
        yield
    except TermsSourceError as error:
        fail("\n  ".join(part for part in (error.file, error.rule, error.problem) if part))
    except ConsentryError as error:
        fail(str(error))
    except BrokenPipeError:
        # The reader of a pipe has gone (`| head`). Python would report it again when it exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(BROKEN_PIPE) from None
    except OSError as error:
        fail(
            ": ".join(
                filter(
                    None,
                    (
                        error.filename and str(error.filename),
                        error.strerror or type(error).__name__,
                    ),
                )
            )
        )
    except Exception as error:
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - `consentry --help` does without

        if isinstance(error, ClientError):
            fail(f"{_describe(error)}; there is no result")
        if isinstance(error, BotoCoreError):
            name = type(error).__name__
            advice = f": {_ADVICE[name]}" if name in _ADVICE else ""
            fail(f"the call to AWS failed: {name}{advice}; there is no result")
        raise


def fail(problem: str) -> NoReturn:
    """Print an error, and exit with ERROR."""
    print(f"error: {problem}", file=sys.stderr)
    raise SystemExit(ERROR)


def _describe(failed: "ClientError") -> str:
    code = failed.response["Error"]["Code"]
    if code == "ResourceNotFoundException" and (missing := list(_missing_tables())):
        return f"no such table: {', '.join(missing)}"
    return f"AWS rejected {failed.operation_name}: {code}"


def _missing_tables() -> Iterator[str]:
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

    from consentry.aws import clients  # noqa: PLC0415

    client = clients.dynamodb()
    for name, table in tables_in_use.get().items():
        try:
            client.describe_table(TableName=table)
        except client.exceptions.ResourceNotFoundException:
            yield f"{table} ({name}) in {client.meta.region_name}"
        except (BotoCoreError, ClientError):
            continue  # Without permission to describe tables, report only the first error.
