"""Recognises files that are not read as a manifest, by their first bytes, and names their kind."""

import re

from consentry.kernel.errors import InvalidRequestError
from consentry.manifests.model import ManifestFormat

HEAD = 512
"""The bytes that are enough to recognise a file: tar has its mark at 257."""

GZIP = b"\x1f\x8b"
ZSTD = b"\x28\xb5\x2f\xfd"
_TAR_AT, _TAR = 257, b"ustar"

# No text begins with one of these marks.
_PACKINGS = {
    rb"\x1f\x8b": "gzip",
    rb"\x28\xb5\x2f\xfd": "zstd",
    rb"BZh[1-9]1AY&SY": "bzip2",
    rb"\xfd7zXZ\0": "xz",
    rb"PK(?:\x03\x04|\x05\x06)": "zip",
    rb"7z\xbc\xaf\x27\x1c": "7z",
    rb"\x04\x22\x4d\x18": "lz4",
    rb"\xff\x06\0\0sNaPpY": "snappy",
    rb"LZIP[\0\x01]": "lzip",
    rb"Rar!\x1a\x07": "rar",
    rb"\x1f[\x9d\xa0]": "compress",
}
_ENCODINGS = {
    rb"\xff\xfe\0\0|\0\0\xfe\xff": "UTF-32",
    rb"\xff\xfe|\xfe\xff": "UTF-16",
    # Without a mark, if the first characters are ASCII.
    rb"(?:[\x01-\x7f]\0\0\0){2}|(?:\0\0\0[\x01-\x7f]){2}": "UTF-32",
    rb"(?:[\x01-\x7f]\0){2}|(?:\0[\x01-\x7f]){2}": "UTF-16",
}
_FORMATS = {
    rb"PAR1[\0-\x1f]": "Parquet",
    rb"ARROW1\0": "Arrow IPC",
    rb"ORC[\0-\x1f\x80-\xff]": "ORC",
    rb"Obj\x01": "Avro",
    rb"SQLite format 3\0": "SQLite",
    rb"\x89HDF": "HDF5",
}


def require_readable(head: bytes, form: ManifestFormat, *, is_packed: bool) -> None:
    """InvalidRequestError names the kind of a file that is recognised, and is not read.

    `head`: its first bytes. `is_packed`: whether they were unpacked already.
    """
    if packing := _find(_PACKINGS, head):
        if is_packed:
            raise InvalidRequestError("manifest", f"is packed twice, inside with {packing}")
        if packing in ("gzip", "zstd"):
            raise InvalidRequestError("manifest", f"is {packing}: Parquet is not packed again")
        raise InvalidRequestError("manifest", f"is {packing}: only gzip and zstd are unpacked")
    if head[_TAR_AT:].startswith(_TAR):
        raise InvalidRequestError("manifest", "is tar: a manifest is one file")
    if form is ManifestFormat.PARQUET:
        return
    if encoding := _find(_ENCODINGS, head):
        raise InvalidRequestError("manifest", f"is {encoding}: only UTF-8 is read")
    if found := _find(_FORMATS, head):
        raise InvalidRequestError("manifest", f"is {found}, not {form}")


def _find(kinds: dict[bytes, str], head: bytes) -> str | None:
    return next((kind for mark, kind in kinds.items() if re.match(mark, head)), None)
