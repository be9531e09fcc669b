"""`consentry consent form`: the text of a consent form is registered, with the uses and data that it asks for."""

from typing import Annotated

from cyclopts import Parameter

from consentry.consent.forms import Form
from consentry.consent.register_form import register_form
from consentry_cli.files import InputFile, UnreadableFileError, read_file
from consentry_cli.options import DATA, USES, parse_uses
from consentry_cli.session import StackName, errors_reported, open_dependencies, operator


def register(
    file: Annotated[InputFile, Parameter(help="Its text in UTF-8; `-` is the standard input.")],
    *,
    customer: Annotated[str, Parameter(help="Whose form it is.")],
    uses: Annotated[list[str], Parameter(name="--use", help=USES)],
    data: Annotated[list[str], Parameter(help=DATA)],
    locale: Annotated[str, Parameter(help="The language of the text.")] = "en",
    covers_collected: Annotated[
        bool, Parameter(help="The form says that it covers data collected before it.")
    ] = False,
    stack: StackName = None,
) -> None:
    """Register the text of a consent form, as it is shown; prints its SHA-256. One text is one form for ever."""
    with errors_reported():
        try:
            text = read_file(file).decode("utf-8")
        except UnicodeDecodeError:
            raise UnreadableFileError(file, "is not UTF-8") from None
        asking = {"uses": parse_uses(uses), "data": data, "covers_collected": covers_collected}
        form = Form.read({"customer": customer, "text": text, "locale": locale} | asking)
        print(register_form(form, caller=operator(), deps=open_dependencies(stack)))
