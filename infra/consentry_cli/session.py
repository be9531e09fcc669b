"""An operator's session: identity, settings and dependencies, from the environment or a deployed stack."""

import os
from getpass import getuser
from typing import Any

from consentry.aws.settings import Settings
from consentry.kernel.authorization import EVERY_PERMISSION, Caller, trigger_identity
from consentry.kernel.errors import ConsentryError
from consentry.privacy.open import PrivacyDependencies
from consentry.renewal.open import RenewalDependencies
from consentry_cli.defaults import DEFAULTS
from consentry_cli.errors import tables_in_use

OUTPUTS = {
    "CONSENT_TABLE": "ConsentTableName",
    "DECISION_TABLE": "DecisionTableName",
    "KEY_TABLE": "KeyTableName",
    "DATA_SET_TABLE": "DataSetTableName",
    "PERMIT_TABLE": "PermitTableName",
    "SCREENING_BUCKET": "ScreeningBucketName",
    "EVENT_BUS": "DataUseBusName",
    "PERMIT_KEY": "PermitKeyArn",
}
"""The stack output of each setting that a deployed stack provides."""

PARAMETERS = {
    "VOCABULARY": "Vocabulary",
    "DEFAULT_TERMS": "DefaultTerms",
    "GUARDRAILS": "Guardrails",
}
"""The stack parameter of each setting that a stack is deployed with."""

TABLES = ("CONSENT_TABLE", "DECISION_TABLE", "KEY_TABLE")
"""The settings that every command on a stack needs."""


class OperatorDependencies(PrivacyDependencies, RenewalDependencies):
    """The repositories of all commands."""


class SettingsError(ConsentryError):
    """A setting is missing, or the stack that should provide it does not exist."""


def operator() -> Caller:
    """The operator's own identity, which is allowed for every customer."""
    user = getuser().encode("ascii", "backslashreplace").decode("ascii")
    return Caller.allowed(trigger_identity(f"operator:{user}"), "*", EVERY_PERMISSION)


def open_dependencies(stack: str | None, *names: str) -> OperatorDependencies:
    """The repositories of the environment or the stack.

    SettingsError unless TABLES and the settings in `names` are set. InvalidTermsError if the terms cannot be read.
    """
    return OperatorDependencies.open(_environment(stack, (*TABLES, *names)))


def open_with_terms(stack: str | None, *names: str) -> OperatorDependencies:
    """The same for commands that evaluate terms and store the result.

    A stack does not say which terms it was deployed with. SettingsError unless TERMS_DIRECTORY says it.
    """
    if stack is not None and not os.environ.get("TERMS_DIRECTORY"):
        hint = f"set it to the terms that {stack} was deployed with (.build/terms of its commit)"
        raise SettingsError(f"TERMS_DIRECTORY: not set; {hint}")
    return open_dependencies(stack, *names)


def read_settings(stack: str | None, *names: str) -> Settings:
    """The settings of the environment or the stack. SettingsError unless those in `names` are set."""
    return Settings.read(_environment(stack, names))


def _environment(stack: str | None, names: tuple[str, ...]) -> dict[str, str]:
    of_stack = {} if stack is None else _read_stack(stack, names)
    environment = DEFAULTS | os.environ | of_stack
    if environment["VOCABULARY"] != (DEFAULTS | os.environ)["VOCABULARY"]:
        raise SettingsError(f"VOCABULARY: set it to {environment['VOCABULARY']}, as {stack} has it")
    if missing := [name for name in names if not environment.get(name)]:
        hint = "set it in the environment, or name a deployed stack with --stack"
        raise SettingsError(f"{', '.join(missing)}: not set; {hint}")
    tables_in_use.set({name: environment[name] for name in names if name.endswith("_TABLE")})
    return environment


def _read_stack(stack: str, names: tuple[str, ...]) -> dict[str, str]:
    """The settings that a stack provides; those in `names` are required."""
    described = _describe_stack(stack)
    values = {each["OutputKey"]: each["OutputValue"] for each in described.get("Outputs", [])}
    if missing := [OUTPUTS[name] for name in names if OUTPUTS[name] not in values]:
        raise SettingsError(f"stack {stack} has no outputs {', '.join(missing)}")
    for each in described.get("Parameters", []):
        values.setdefault(each["ParameterKey"], each["ParameterValue"])
    provided = (OUTPUTS | PARAMETERS).items()
    return {name: values[stack_name] for name, stack_name in provided if stack_name in values}


def _describe_stack(stack: str) -> Any:
    import boto3  # noqa: PLC0415 - `consentry --help` does without
    from botocore.exceptions import ClientError  # noqa: PLC0415

    client = boto3.client("cloudformation")
    try:
        return client.describe_stacks(StackName=stack)["Stacks"][0]
    except ClientError as failed:
        if failed.response["Error"]["Code"] != "ValidationError":
            raise
        region = client.meta.region_name
        raise SettingsError(f"there is no stack {stack} in {region}") from failed
