"""What AWS did not do, in an operator's words."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from consentry.aws import clients

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

NOT_FOUND = "ResourceNotFoundException"
"""DynamoDB's word for a table that is not there; it does not say which."""


def describe_aws_error(failed: "ClientError", tables: Mapping[str, str]) -> str:
    """What failed; of `tables` (by the environment's names), those that are not there."""
    code = failed.response["Error"]["Code"]
    if code == NOT_FOUND and (gone := list(_missing_tables(tables))):
        where = clients.dynamodb().meta.region_name
        return f"there is no table {', '.join(gone)} in {where}; nothing was answered"
    return f"AWS did not do {failed.operation_name}: {code}; nothing was answered"


def _missing_tables(tables: Mapping[str, str]) -> Iterator[str]:
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

    client = clients.dynamodb()
    for name, table in tables.items():
        try:
            client.describe_table(TableName=table)
        except client.exceptions.ResourceNotFoundException:
            yield f"{table} ({name})"
        except (BotoCoreError, ClientError):
            # Whoever may not look is told what there was to tell before.
            continue
