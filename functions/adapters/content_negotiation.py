"""Media types (RFC 9110): whether a body is JSON, and whether a client prefers a page to a document."""

import re

JSON = "application/json"
PAGE_RANGES = {"text/html": 2, "text/*": 1, "*/*": 0}
DOCUMENT_RANGES = {"application/ld+json": 2, JSON: 2, "application/*": 1, "*/*": 0}
"""The media ranges that match, with their specificity."""

_WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # section 5.6.2
_QUOTED = r'"(?:[^"\\]|\\.)*"'  # section 5.6.4
_PARAMETERS = rf"(?:[ \t]*;[ \t]*(?:{_WORD}=(?:{_WORD}|{_QUOTED}))?)*"
_MEDIA_TYPE = re.compile(rf"[ \t]*({_WORD}/{_WORD}){_PARAMETERS}[ \t]*")
_LIST_MEMBER = re.compile(rf'(?:{_QUOTED}|[^,"])+')
_QUALITY = re.compile(r"0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?")  # section 12.4.2


def is_json(content_type: str) -> bool:
    """Whether a Content-Type is JSON in any case, with any parameters (section 8.3.1).

    A missing one counts as JSON (section 8.3 lets the recipient assume a type).
    """
    if not content_type.strip():
        return True
    parsed = _MEDIA_TYPE.fullmatch(content_type)
    return parsed is not None and parsed[1].lower() == JSON


def prefers_html(accept: str) -> bool:
    """Whether an Accept header prefers a page to a document (section 12.5.1).

    A range with an invalid weight has weight 0. Other parameters of a range are ignored.
    """
    weights: dict[str, float] = {}
    for member in _LIST_MEMBER.findall(accept):
        media_range, weight = _parse_range(member)
        weights[media_range] = max(weight, weights.get(media_range, 0.0))
    return _weight(weights, PAGE_RANGES) > _weight(weights, DOCUMENT_RANGES)


def _weight(weights: dict[str, float], ranges: dict[str, int]) -> float:
    """The weight of the most specific range; of two names of one document, the greater weight."""
    matching = ((ranges[each], weight) for each, weight in weights.items() if each in ranges)
    return max(matching, default=(0, 0.0))[1]


def _parse_range(member: str) -> tuple[str, float]:
    media_range, *parameters = (each.strip().lower() for each in member.split(";"))
    quality = next((each[2:] for each in parameters if each.startswith("q=")), "1")
    return media_range, float(quality) if _QUALITY.fullmatch(quality) else 0.0
