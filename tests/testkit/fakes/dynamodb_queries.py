"""Queries of one partition, in the order of the sort key, page by page."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.testkit.fakes.dynamodb_errors import failed
from tests.testkit.fakes.dynamodb_expressions import holds, sortable
from tests.testkit.fakes.dynamodb_tables import Table


def scan(table: Table, use_request: Mapping[str, Any], page_items: int) -> dict[str, Any]:
    """Scan one page. Items that the filter drops count for the page too."""
    order = ["pk", "sk"]
    everything = sorted(table.items.values(), key=lambda item: _position(item, order))
    rest = _after(use_request.get("ExclusiveStartKey"), everything, order, False)
    page = rest[:page_items]
    found = [
        dict(item) for item in page if holds(use_request["FilterExpression"], item, use_request)
    ]
    answer: dict[str, Any] = {"Items": found}
    if len(rest) >= page_items:
        answer["LastEvaluatedKey"] = {name: page[-1][name] for name in order}
    return answer


def query(table: Table, use_request: Mapping[str, Any], page_items: int) -> dict[str, Any]:
    """Query one page, with a LastEvaluatedKey if there may be more."""
    index = use_request.get("IndexName")
    names = table.indexes[index] if index else ("pk", "sk")
    if index and use_request.get("ConsistentRead"):
        # DynamoDB rejects consistent reads of an index, since it lags behind its table.
        raise failed("ValidationException", "Query")
    found = [
        item
        for item in table.items.values()
        if set(names) <= item.keys()
        and holds(use_request["KeyConditionExpression"], item, use_request)
    ]
    order = [*names, "pk", "sk"]
    backwards = not use_request.get("ScanIndexForward", True)
    found.sort(key=lambda item: _position(item, order), reverse=backwards)
    found = _after(use_request.get("ExclusiveStartKey"), found, order, backwards)
    limit = min(use_request.get("Limit", page_items), page_items)
    # The indexes contain keys only.
    shown = [
        {name: item[name] for name in order} if index else dict(item) for item in found[:limit]
    ]
    answer: dict[str, Any] = {"Items": shown}
    if len(found) >= limit and found:
        # Like DynamoDB, also if the page ends with the last item.
        answer["LastEvaluatedKey"] = {name: found[limit - 1][name] for name in dict.fromkeys(order)}
    return answer


def _after(
    start: Mapping[str, Any] | None,
    found: list[Mapping[str, Any]],
    order: list[str],
    backwards: bool,
) -> list[Mapping[str, Any]]:
    if start is None:
        return found
    if set(start) != set(order):
        raise failed("ValidationException", "Query")
    position = _position(start, order)
    if backwards:
        return [item for item in found if _position(item, order) < position]
    return [item for item in found if _position(item, order) > position]


def _position(item: Mapping[str, Any], order: list[str]) -> tuple[Any, ...]:
    return tuple(sortable(item[name]) for name in order)


class Paginator:
    """A paginator."""

    def __init__(self, query: Callable[..., dict[str, Any]]) -> None:
        self._query = query

    def paginate(self, **use_request: Any) -> Iterator[dict[str, Any]]:
        """Yield pages until one has no LastEvaluatedKey."""
        page = self._query(**use_request)
        yield page
        while last := page.get("LastEvaluatedKey"):
            page = self._query(**use_request, ExclusiveStartKey=last)
            yield page
