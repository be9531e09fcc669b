"""The pages: their templates, their style sheet, and the policy that blocks everything else.

A feature keeps its template next to the module that fills it: `receipts/receipt.html`.
"""

import re
from base64 import b64encode
from datetime import UTC
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from consentry.html.labels import in_hours, in_percent, label, number_of, use_label

if TYPE_CHECKING:
    from jinja2 import Environment

_UNPRINTABLE = re.compile("[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML or HTML cannot contain, or that no browser shows."""


def render(template: str, **values: object) -> str:
    """Render a template of this package, such as `receipts/receipt.html`.

    Values are escaped: markup in a value is shown as text. The result is HTML that is also
    well-formed XML, to be encoded as UTF-8.
    """
    page = environment().get_template(template).render(values)
    # INVARIANT: no page contains a control character or half a surrogate pair, whatever its values.
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", page) + "\n"


@cache
def content_security_policy() -> str:
    """Content Security Policy 3: no script, no request to any host, no style but our own."""
    digest = b64encode(sha256(_style_sheet().encode()).digest()).decode()
    style = f"style-src 'sha256-{digest}'"
    return f"default-src 'none'; {style}; base-uri 'none'; form-action 'none'"


@cache
def _style_sheet() -> str:
    return Path(__file__).with_name("style.css").read_text("utf-8")


@cache
def environment() -> "Environment":
    """Set up Jinja: values are escaped, and an undefined name in a template is an error."""
    # Imported here, because only a request for a page needs it.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415

    jinja = Environment(
        loader=FileSystemLoader(Path(__file__).parents[1]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    jinja.filters |= {
        "hours": in_hours,
        "label": label,
        "number_of": number_of,
        "percent": in_percent,
        "use_label": use_label,
        "utc": lambda at: at.astimezone(UTC),
    }
    jinja.globals |= {"policy": content_security_policy(), "style_sheet": _style_sheet()}
    return jinja
