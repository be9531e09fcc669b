"""`consentry consent verify`: a stored signature is verified again; exit code 0 holds, 3 does not."""

import sys
from typing import Annotated

from cyclopts import Parameter

from consentry.consent.verify_consent_event import verify_consent_event
from consentry.kernel.errors import UnverifiedSignatureError
from consentry_cli.consent_receipt import ConsentEventQuery
from consentry_cli.session import Customer, StackName, errors_reported, open_dependencies, operator

NOT_VALID = 3
"""Exit code, told apart from a command that was refused or mistyped."""


def verify(
    customer: Customer,
    consent_event: Annotated[str, Parameter(help="The act's id.")],
    *,
    person: Annotated[
        str | None, Parameter(help="Whose act it is; without it, the customer's own.")
    ] = None,
    typed_name: Annotated[str | None, Parameter(help="A name to test against the typed.")] = None,
    stack: StackName = None,
) -> int:
    """Verify the JWS that an act is kept with, by the customer's registered key, or test a typed name."""
    with errors_reported():
        named = ConsentEventQuery.read(
            {"customer": customer, "person": person, "consent_event": consent_event}
        )
        repositories = open_dependencies(stack)
        try:
            found = verify_consent_event(
                named.customer,
                named.person,
                named.consent_event,
                typed_name=typed_name,
                caller=operator(),
                deps=repositories,
            )
        except UnverifiedSignatureError as wrong:
            print(f"does not hold: {wrong}", file=sys.stderr)
            return NOT_VALID
    by = f"key {found.kid}" if found.kid else "the name that was typed"
    revoked = f"; revoked since {found.revoked_at:%Y-%m-%dT%H:%M:%SZ}" if found.revoked_at else ""
    print(f"holds: {found.record.consent_event.kind} {named.consent_event}, by {by}{revoked}")
    return 0
