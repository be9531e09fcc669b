"""A party's consent as an operator reads it: its statuses now, then its acts, oldest first."""

from datetime import UTC, datetime

from rich.console import Console
from rich.table import Table

from consentry.consent.consent_event import nodes_of
from consentry.consent.get_consent import ConsentDetails
from consentry.consent.record_consent import RecordedConsent
from consentry.consent.status_summary import summarize_statuses
from consentry.consent.stored_event import StoredConsentEvent
from consentry.kernel.errors import InvalidTermsError
from consentry.kernel.requests import Use
from consentry.kernel.schema import Id, StrictModel, UtcDatetime
from consentry_cli.session import OperatorDependencies


class PartyQuery(StrictModel):
    """Whose consent is shown, a customer's or one of its people's, and as of when."""

    customer: Id
    person: Id | None
    at: UtcDatetime | None


def print_consent(shown: ConsentDetails) -> None:
    """Print it; nobody is named in it."""
    console = Console(highlight=False)
    if not shown.statuses:
        console.print("status: never_asked on everything (no act is recorded)")
    else:
        console.print(_status_table(shown))
    for record in shown.consent_events:
        console.print(_describe_event(record), soft_wrap=True)


def describe_statuses(recorded: RecordedConsent, repositories: OperatorDependencies) -> str:
    """What a party's acts come to after one was recorded, by the books that bind the customer."""
    try:
        policy_sets = repositories.assignments.get(recorded.record.consent_event.customer).resolve(
            repositories.library
        )
    except InvalidTermsError:
        # The act is recorded all the same: that must not look like a refusal.
        return "statuses now: not known by the terms that lie here"
    now = summarize_statuses(recorded.state, policy_sets, at=datetime.now(UTC))
    return f"statuses now: {', '.join(dict.fromkeys(each.status for each in now))}"


def _status_table(shown: ConsentDetails) -> Table:
    table = Table(title=f"statuses at version {shown.version}; never_asked on all else")
    for column in ("use", "status", "data"):
        table.add_column(column, overflow="fold")
    for each in shown.statuses:
        use = f"{each.operation}/{each.service}"
        table.add_row(use, each.status, ", ".join(nodes_of(each.data)))
    return table


def _describe_event(record: StoredConsentEvent) -> str:
    consent_event = record.consent_event
    uses = "all" if isinstance(consent_event.uses, str) else _listed(consent_event.uses)
    data = "all" if isinstance(consent_event.data, str) else ", ".join(consent_event.data)
    signed = (
        f", form {consent_event.form_id[:12]} signed by {consent_event.signature}"
        if consent_event.form_id
        else ""
    )
    by = (
        f", by {consent_event.representative.authority} {consent_event.representative.who}"
        if consent_event.representative
        else ""
    )
    corrects = f", corrects {consent_event.corrects}" if consent_event.corrects else ""
    until = f", until {consent_event.until:%Y-%m-%dT%H:%M:%SZ}" if consent_event.until else ""
    return (
        f"{record.version}. {record.at:%Y-%m-%dT%H:%M:%SZ} {consent_event.kind} ({consent_event.consent_event_id}): "
        f"uses {uses}; data {data}{signed}{until}{by}{corrects}"
    )


def _listed(uses: tuple[Use, ...]) -> str:
    return ", ".join(f"{use.operation}/{use.service}" for use in uses)
