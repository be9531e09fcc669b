"""The errors of Consentry in one tree. They carry data, but never a value that a caller sent.

ConsentryError
├── FieldError                  names the field that is wrong
│   ├── InvalidRequestError         the input does not follow the contract
│   ├── ConflictingIdError          the same id was used before with another body
│   ├── ConflictingVersionError     the party's consent has another version than expected
│   ├── UnknownFormError            a consent event names a form that is not registered
│   ├── UncoveredByFormError        a grant covers a use or data that its form does not ask for
│   ├── OversizedConsentError       a grant would make the stored consent of its party too large
│   ├── UnverifiedSignatureError    the signature of a consent event does not verify
│   ├── ErasedError                 the consent event was recorded and then erased with its person
│   └── PermitError                 a data permit does not allow this; names the claim
│       ├── InvalidPermitSignatureError  it is not a permit that we issued
│       ├── ForbiddenAudienceError       it was issued to another caller
│       ├── ExpiredPermitError           it is not valid yet, or no longer
│       ├── MismatchedPermitError        it is for another file, use or model owner
│       └── RevokedPermitError           it was revoked, or its consent or terms changed
├── ForbiddenCustomerError      the caller may not name this customer
├── ForbiddenPermissionError    the caller lacks the permission for this
├── ForbiddenPersonError        the caller is limited to the consent of one person
├── UnknownCallerError          the event has no identity that we know
├── NotFoundError               nothing is stored under this id
├── InvalidTermsError           compiled terms are damaged, missing or of another version
├── MissingSettingError         an environment variable is not set
├── ConsentChangedError         a precondition of a commit no longer holds
├── AlreadyDecidedError         the request id has a decision already
├── AlreadyRedeemedError        the run has redeemed the permit already
└── UnavailableError            no decision was made; the caller may retry
"""


class ConsentryError(Exception):
    """The root. Its text never repeats what a caller sent, so it may be logged."""


class FieldError(ConsentryError):
    """A field of what was sent is wrong.

    `field` is a dotted path of field names of the contract; `problem` says what is wrong without the value.
    """

    def __init__(self, field: str, problem: str) -> None:
        self.field, self.problem = field, problem
        super().__init__(f"{field}: {problem}")


class InvalidRequestError(FieldError):
    """The input does not follow the contract."""


class OversizedManifestError(InvalidRequestError):
    """The manifest as a whole needs more memory than there is; no single row is wrong."""


class ForbiddenCustomerError(ConsentryError):
    """The caller's identity does not allow the customer that the request names."""

    def __init__(self) -> None:
        super().__init__("the caller's identity does not allow this customer")


class ForbiddenPermissionError(ConsentryError):
    """The caller lacks the permission that the request needs; `permission` is its name."""

    def __init__(self, permission: str) -> None:
        self.permission = permission
        super().__init__(f"the caller lacks the permission {permission}")


class ForbiddenPersonError(ConsentryError):
    """The caller's identity is limited to the consent events of one person."""

    def __init__(self) -> None:
        super().__init__("the caller's identity is limited to the consent events of one person")


class UnknownCallerError(ConsentryError):
    """The event has no identity that determines which customers it may name."""

    def __init__(self) -> None:
        super().__init__("the event has no identity that determines which customers it may name")


class ConflictingIdError(FieldError):
    """The same id was used before with another body; `field` is the name of the id."""

    def __init__(self, field: str) -> None:
        super().__init__(field, "was used before with another body")


class ConflictingVersionError(FieldError):
    """The party's consent has another version than the caller expected: read it again."""

    def __init__(self) -> None:
        super().__init__("expected_version", "is not the version of this party's consent")


class UnknownFormError(FieldError):
    """A consent event names a form that is not registered for this customer."""

    def __init__(self) -> None:
        super().__init__("form_id", "no such form is registered for this customer")


class UncoveredByFormError(FieldError):
    """A grant covers more than its form asks for; `field` is `uses` or `data`."""

    def __init__(self, field: str) -> None:
        super().__init__(field, "the form does not cover all of them")


class OversizedConsentError(FieldError):
    """A grant would make the stored consent of its party too large. Refusals and withdrawals never do."""

    def __init__(self) -> None:
        problem = "this party has too many different consents: grant several uses and data at once"
        super().__init__("uses", problem)


class UnverifiedSignatureError(FieldError):
    """The signature in `field` (a JWS or a typed name) does not verify; `problem` says why, without any value."""

    def __init__(self, problem: str, field: str = "jws") -> None:
        super().__init__(field, problem)


class ErasedError(FieldError):
    """The consent event with this id was erased with its person; it is not recorded again."""

    def __init__(self) -> None:
        super().__init__("consent_event_id", "was used by a consent event that is erased")


class NotFoundError(ConsentryError):
    """Nothing is stored under this id; `what` is the kind of thing."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(f"no such {what}")


class InvalidTermsError(ConsentryError):
    """Compiled terms are damaged, missing or of another version, or an assignment is invalid."""


class MissingSettingError(ConsentryError):
    """An environment variable is not set; `setting` is its name."""

    def __init__(self, setting: str) -> None:
        self.setting = setting
        super().__init__(f"the environment variable {setting} is not set")


class ConsentChangedError(ConsentryError):
    """A precondition of a commit (a consent or an assignment) changed after it was read. Nothing was written."""


class AlreadyDecidedError(ConsentryError):
    """The request id has a decision already. Nothing was written."""


class AlreadyRedeemedError(ConsentryError):
    """The run has redeemed the permit already. Nothing was written."""


class PermitError(FieldError):
    """A data permit does not allow this; `field` is the claim, or the part of the permit, that does not fit."""


class InvalidPermitSignatureError(PermitError):
    """It is not in the format of permits, not signed by a trusted key, or not the permit that was issued."""


class ForbiddenAudienceError(PermitError):
    """It was issued to another caller: its `aud` does not name this one."""

    def __init__(self) -> None:
        super().__init__("aud", "is another caller")


class ExpiredPermitError(PermitError):
    """It is not valid yet, or no longer."""


class MismatchedPermitError(PermitError):
    """It is for another file, use or model owner."""


class RevokedPermitError(PermitError):
    """It was revoked, or the consent or terms that it depends on changed or ended. Screen the data again."""

    def __init__(self) -> None:
        super().__init__(
            "permit", "was revoked, or depends on consent or terms that changed: screen again"
        )


class UnavailableError(ConsentryError):
    """A service failed, or data kept changing. There is no answer; the caller may retry with the same id."""
