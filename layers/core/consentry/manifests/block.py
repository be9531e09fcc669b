"""A block of rows: what a manifest is read and evaluated by."""

from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa

from consentry.manifests.model import ManifestRow
from consentry.manifests.row_columns import RowColumns


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that are evaluated together.

    `rows`: as they are written to an output. `columns`: the mapped fields as Arrow columns, or None if the rows cannot be
    read by column. `row`: reads one row by its index; InvalidRequestError names the field that is missing or invalid.
    """

    rows: pa.BinaryArray | pa.RecordBatch
    columns: RowColumns | None
    row: Callable[[int], ManifestRow]
