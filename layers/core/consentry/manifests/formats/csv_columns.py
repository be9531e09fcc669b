"""CSV records read a block at a time by Arrow, where no quote makes a difference between readers."""

import csv
from codecs import BOM_UTF8
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from consentry.manifests.formats.csv import SEPARATOR, CsvRowReader
from consentry.manifests.lines import line_bytes
from consentry.manifests.row_columns import RowColumns, row_columns

_SEVERAL = ("data", "people")


@dataclass(frozen=True)
class CsvColumnReader:
    """Reads blocks below the header that `reader` knows."""

    reader: CsvRowReader

    def read(self, lines: pa.BinaryArray) -> RowColumns | None:
        """The records as columns; None if they must be read in smaller blocks, or one by one."""
        block = bytes(line_bytes(lines))
        # Arrow reads a byte order mark at the start of any block as that of the file.
        if (
            block.startswith(BOM_UTF8)
            or b'"' in block
            or block.count(b"\r") != block.count(b"\r\n")
            or b"\0" in block
        ):
            return None
        if pc.max(pc.binary_length(lines)).as_py() > csv.field_size_limit():
            return None
        names = [str(place) for place in range(self.reader.width)]
        column_indexes = {
            field_name: names[place] for field_name, place in self.reader.column_indexes.items()
        }
        try:
            # Arrow would decode the mapped columns alone.
            block.decode("utf-8")
            table = _read(block, names, list(dict.fromkeys(column_indexes.values())))
        except (pa.ArrowInvalid, UnicodeDecodeError):
            return None
        if table.num_rows != len(lines):
            return None
        raw = {
            field_name: table.column(name).combine_chunks()
            for field_name, name in column_indexes.items()
        }
        for field_name in set(_SEVERAL) & raw.keys():
            raw[field_name] = _split(raw[field_name])
        return row_columns(self.reader.fields, raw, len(lines))


def _read(block: bytes, names: list[str], mapped: list[str]) -> pa.Table:
    return arrow_csv.read_csv(
        pa.BufferReader(block),
        read_options=arrow_csv.ReadOptions(
            use_threads=False, block_size=len(block) + 1, column_names=names
        ),
        parse_options=arrow_csv.ParseOptions(quote_char=False, ignore_empty_lines=False),
        convert_options=arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            include_columns=mapped,
            strings_can_be_null=False,
        ),
    )


def _split(cells: pa.StringArray) -> pa.ListArray:
    """The texts of each cell; none for an empty cell."""
    lists = pc.split_pattern(cells, SEPARATOR)
    # An empty cell splits into one empty text, which is in no list: its row is read by itself.
    return pc.if_else(pc.equal(cells, ""), pa.scalar(None, lists.type), lists)
