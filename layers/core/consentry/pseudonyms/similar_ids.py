"""The normalised form of a person's id: ids that differ only in their writing have the same one.

Ids are compared exactly. The normalised form only finds ids that may mean the same person.
"""

import re
from unicodedata import normalize

_NUMBER = re.compile(r"[+]?0*([0-9]+)(?:[.]0*)?")


def normalize_id(person: str) -> str:
    """The id by NFKC and casefold (as Unicode's NFKC_Casefold), without outer spaces; `7` for `007` and `7.0`."""
    folded = normalize("NFKC", normalize("NFKC", person).casefold()).strip()
    number = _NUMBER.fullmatch(folded)
    return number[1] if number else folded
