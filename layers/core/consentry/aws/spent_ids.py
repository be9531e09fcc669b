"""Ids that were erased: an item each, under the place that the customer's key gives to the person."""

from collections.abc import Mapping

from consentry.aws.consent_items import Item, key
from consentry.domain.consent.act_records import SpentAs


def spent_key(customer: str, place: str, token: str) -> Item:
    """The key of what is kept of an id."""
    return key(f"{customer}#spent#{place}", token)


def put_spent(table: str, customer: str, place: str, token: str, was: SpentAs) -> Item:
    """The arguments of the write; written twice, it says the same."""
    return {"TableName": table, "Item": spent_key(customer, place, token) | {"as": {"S": was}}}


def spent_as(item: Mapping[str, Item]) -> SpentAs:
    """What the id had named."""
    return SpentAs(item["as"]["S"])
