"""`consentry consent form`: the text of a consent form is registered, with the uses and data that it asks for."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from consentry.domain.consent.forms import Form
from consentry.domain.errors import MalformedError
from consentry.flows.register_form import register_form
from infra.cli.consent_said import DATA, USES, uses_of
from infra.cli.operating import StackName, operator, read_file, refusals_told, stores_of


def register(
    file: Path,
    *,
    customer: str,
    uses: Annotated[list[str], Parameter(name="--use", help=USES)],
    data: Annotated[list[str], Parameter(help=DATA)],
    locale: str = "en",
    covers_earlier: Annotated[
        bool, Parameter(help="The form says that it covers data collected before it.")
    ] = False,
    stack: StackName = None,
) -> None:
    """Register the text of a consent form, as it is shown; prints its SHA-256. One text is one form for ever."""
    with refusals_told():
        try:
            text = read_file(file).decode("utf-8")
        except UnicodeDecodeError:
            raise MalformedError("text", "is not UTF-8") from None
        asking = {"uses": uses_of(uses), "data": data, "covers_earlier": covers_earlier}
        form = Form.read({"customer": customer, "text": text, "locale": locale} | asking)
        print(register_form(form, caller=operator(), world=stores_of(stack)))
