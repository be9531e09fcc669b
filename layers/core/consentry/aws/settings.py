"""The environment variables that name what a function or a command uses."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from consentry.kernel.errors import MissingSettingError

NAMES = (
    "CONSENT_TABLE",
    "KEY_TABLE",
    "DECISION_TABLE",
    "DATA_SET_TABLE",
    "PERMIT_TABLE",
    "SCREENING_BUCKET",
    "EVENT_BUS",
    "PROPAGATION_QUEUE",
    "PERMIT_ISSUER",
    "PERMIT_KEY",
    "TERMS_DIRECTORY",
    "VOCABULARY",
    "DEFAULT_TERMS",
    "GUARDRAILS",
    "BUS_CALLERS",
    "QUEUE_CUSTOMERS",
    "TASK_CUSTOMERS",
)
"""Every variable that Consentry reads. Lambda's environment also has variables that change with each event."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The variables that are set. Reading another one raises MissingSettingError with its name."""

    values: tuple[tuple[str, str], ...]

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Self:
        """The settings of an environment. They are equal if the variables in NAMES are equal."""
        return cls(tuple((name, environment[name]) for name in NAMES if name in environment))

    @property
    def consent_table(self) -> str:
        """The DynamoDB table of consent events, states, forms, signing keys and assignments."""
        return self._value("CONSENT_TABLE")

    @property
    def key_table(self) -> str:
        """The DynamoDB table of customer keys and pseudonyms."""
        return self._value("KEY_TABLE")

    @property
    def decision_table(self) -> str:
        """The DynamoDB table of the decision log."""
        return self._value("DECISION_TABLE")

    @property
    def data_set_table(self) -> str:
        """The DynamoDB table of data sets and propagations."""
        return self._value("DATA_SET_TABLE")

    @property
    def permit_table(self) -> str:
        """The DynamoDB table of data permits."""
        return self._value("PERMIT_TABLE")

    @property
    def screening_bucket(self) -> str:
        """The S3 bucket of screening requests, manifests and outputs."""
        return self._value("SCREENING_BUCKET")

    @property
    def event_bus(self) -> str:
        """The EventBridge bus that events are published on."""
        return self._value("EVENT_BUS")

    @property
    def propagation_queue(self) -> str:
        """The URL of the SQS queue of withdrawals to propagate."""
        return self._value("PROPAGATION_QUEUE")

    @property
    def permit_issuer(self) -> str:
        """The issuer that data permits name (`iss`)."""
        return self._value("PERMIT_ISSUER")

    @property
    def permit_key(self) -> str:
        """The ARN of the KMS key that signs data permits."""
        return self._value("PERMIT_KEY")

    @property
    def terms_directory(self) -> str:
        """The directory of compiled terms: `/opt/terms` in Lambda."""
        return self._value("TERMS_DIRECTORY")

    @property
    def vocabulary(self) -> str:
        """The name of the deployment's vocabulary."""
        return self._value("VOCABULARY")

    @property
    def default_terms(self) -> str:
        """The terms of customers without an assignment of their own."""
        return self._value("DEFAULT_TERMS")

    @property
    def guardrails(self) -> str:
        """Their guardrails: `house,sector:dry_run`."""
        return self._value("GUARDRAILS")

    @property
    def bus_callers(self) -> str:
        """The customers that each event source may name, as JSON: `{"meetings.pipeline": "*"}`."""
        return self._value("BUS_CALLERS")

    @property
    def queue_customers(self) -> str:
        """The customers that messages of the request queue may name: ids separated by spaces, or `*`."""
        return self._value("QUEUE_CUSTOMERS")

    @property
    def task_customers(self) -> str:
        """The customers that the Step Functions task may name: ids separated by spaces, or `*`."""
        return self._value("TASK_CUSTOMERS")

    def _value(self, name: str) -> str:
        value = dict(self.values).get(name)
        if value is None:
            raise MissingSettingError(name)
        return value
