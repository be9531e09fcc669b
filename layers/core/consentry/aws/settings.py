"""The environment variables that name what a function or a command uses."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from consentry.kernel.errors import MissingSettingError


class Variable:
    """A variable with the name of its attribute in capitals; MissingSettingError if it is read but not set."""

    def __set_name__(self, _: type, name: str) -> None:
        self.name = name.upper()

    def __get__(self, settings: "Settings", _: type) -> str:
        value = dict(settings.values).get(self.name)
        if value is None:
            raise MissingSettingError(self.name)
        return value


@dataclass(frozen=True)
class Settings:
    """The variables that are set."""

    values: tuple[tuple[str, str], ...]

    consent_table = Variable()
    """The DynamoDB table of consent events, states, forms, signing keys and assignments."""
    key_table = Variable()
    """The DynamoDB table of customer keys and pseudonyms."""
    decision_table = Variable()
    """The DynamoDB table of the decision log."""
    data_set_table = Variable()
    """The DynamoDB table of data sets and propagations."""
    permit_table = Variable()
    """The DynamoDB table of data permits."""
    screening_bucket = Variable()
    """The S3 bucket of screening requests, manifests and outputs."""
    event_bus = Variable()
    """The EventBridge bus that events are published on."""
    propagation_queue = Variable()
    """The URL of the SQS queue of withdrawals to propagate."""
    permit_issuer = Variable()
    """The issuer that data permits name (`iss`)."""
    permit_key = Variable()
    """The ARN of the KMS key that signs data permits."""
    terms_directory = Variable()
    """The directory of compiled terms: `/opt/terms` in Lambda."""
    vocabulary = Variable()
    """The name of the deployment's vocabulary."""
    default_terms = Variable()
    """The terms of customers without an assignment of their own."""
    guardrails = Variable()
    """The guardrails of the same customers: `house,sector:dry_run`."""
    bus_callers = Variable()
    """The customers that each event source may name, as JSON: `{"meetings.pipeline": "*"}`."""
    queue_customers = Variable()
    """The customers that messages of the request queue may name: ids separated by spaces, or `*`."""
    task_customers = Variable()
    """The customers that the Step Functions task may name: ids separated by spaces, or `*`."""

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Self:
        """The settings of an environment. They are equal if the variables in NAMES are equal."""
        return cls(tuple((name, environment[name]) for name in NAMES if name in environment))


NAMES = tuple(each.name for each in vars(Settings).values() if isinstance(each, Variable))
"""Every variable that Consentry reads. Lambda's environment also has variables that change with each event."""
