"""The Jinja environment that all pages share."""

import pytest
from jinja2 import UndefinedError

from consentry.html.environment import environment


def test_an_undefined_name_in_a_template_is_an_error() -> None:
    template = environment().from_string("{{ missing }}")

    with pytest.raises(UndefinedError):
        template.render()


def test_values_are_escaped_in_text_and_in_attributes() -> None:
    template = environment().from_string('<p title="{{ value }}">{{ value }}</p>')

    assert template.render(value="\"<&'>") == (
        '<p title="&#34;&lt;&amp;&#39;&gt;">&#34;&lt;&amp;&#39;&gt;</p>'
    )
