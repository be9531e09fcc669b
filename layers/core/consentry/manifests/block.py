"""A block of rows: the unit in which a manifest is read and evaluated."""

from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa

from consentry.kernel.errors import InvalidRequestError
from consentry.manifests.model import ManifestRow
from consentry.manifests.row_columns import RowColumns


def no_source(_: str) -> ManifestRow:
    """The source of a manifest without items."""
    raise InvalidRequestError("derived_from", "leads to an item that is not in the manifest")


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that are evaluated together.

    `rows`: as they are written to an output. `columns`: the mapped fields as Arrow columns, or None
    if the rows cannot be read by column. `row`: reads one row by its index; InvalidRequestError
    names the field that is missing or invalid. `source`: reads the row of an item by its id;
    InvalidRequestError if there is no such row, or if it cannot be read.
    """

    rows: pa.BinaryArray | pa.RecordBatch
    columns: RowColumns | None
    row: Callable[[int], ManifestRow]
    source: Callable[[str], ManifestRow] = no_source
