"""Find a person's id in a text that also has random tokens."""

import re


def contains_name(text: str, name: str) -> bool:
    """Whether the name is a word of its own in the text; a random token may contain its letters."""
    return re.search(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])", text) is not None
