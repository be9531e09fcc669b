"""Everything that can be wrong with what reaches Consentry, in one tree; data on it, never a value of the caller's.

ConsentryError
├── InvalidRequestError            the input is not of our contract; names the field
├── ForbiddenCustomerError      the caller's identity does not allow the customer that it names
├── UnknownCallerError     the event carries no identity that we know
├── ConflictingIdError        the same id came before with another body
├── UnknownFormError          a consent act names a form that was never registered
├── UncoveredByFormError      a grant names a use or data that its form does not ask for
├── UnverifiedSignatureError  the signature of an act is not that of a registered key over this act
├── ErasedError               the act came before, and was erased with its person since
├── NotFoundError             nothing is stored under that id
├── InvalidTermsError           a built table is damaged or not of this version
├── ConsentChangedError         a consent changed between reading it and committing on it
├── AlreadyDecidedError       that request id has a decision already
├── AlreadyRedeemedError      that run has a redemption already
├── PermitError               a permit does not permit this; names what of it
│   ├── InvalidPermitSignatureError     it is not as we issue permits, or issued this one
│   ├── ForbiddenAudienceError  it was issued to somebody else
│   ├── ExpiredPermitError    its time is over, or still to come
│   ├── MismatchedPermitError it is for another file, use or model owner
│   └── RevokedPermitError    it was taken back, or what it stood on has moved
└── UnavailableError           the world is broken or kept moving: nothing was answered, ask again
"""


class ConsentryError(Exception):
    """The root. Its text never repeats what a caller sent, so it may be logged."""


class InvalidRequestError(ConsentryError):
    """The input is not of our contract.

    `field` is a dotted path in the contract's own names; `problem` is a sentence without the value.
    """

    def __init__(self, field: str, problem: str) -> None:
        self.field = field
        self.problem = problem
        super().__init__(f"{field}: {problem}")


class ForbiddenCustomerError(ConsentryError):
    """The caller's identity does not allow the customer that the request names."""

    def __init__(self) -> None:
        super().__init__("the caller's identity does not allow this customer")


class UnknownCallerError(ConsentryError):
    """The event carries no identity that says which customers it may name."""

    def __init__(self) -> None:
        super().__init__("the event carries no identity that says which customers it may name")


class ConflictingIdError(ConsentryError):
    """The same id came before with another body; `field` is the id's name."""

    def __init__(self, field: str) -> None:
        self.field = field
        super().__init__(f"{field}: came before with another body")


class UnknownFormError(ConsentryError):
    """A consent act names a form that was never registered for this customer."""

    def __init__(self) -> None:
        self.field = "form_id"
        super().__init__("form_id: no such form is registered for this customer")


class UncoveredByFormError(ConsentryError):
    """A grant names more than its form asks for; `field` says in what: `uses` or `data`."""

    def __init__(self, field: str) -> None:
        self.field = field
        super().__init__(f"{field}: the form does not cover all of them")


class UnverifiedSignatureError(ConsentryError):
    """The JWS of an act (or the name typed: `field`) cannot stand for it; `problem` says why, without any value."""

    def __init__(self, problem: str, field: str = "jws") -> None:
        self.field, self.problem = field, problem
        super().__init__(f"{self.field}: {problem}")


class ErasedError(ConsentryError):
    """The act with this id was erased with its person since: it does not count again."""

    def __init__(self) -> None:
        self.field = "consent_event_id"
        super().__init__("consent_event_id: came before, and was erased since")


class NotFoundError(ConsentryError):
    """Nothing is stored under that id; `what` is the kind of thing."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(f"no such {what}")


class InvalidTermsError(ConsentryError):
    """A built terms table is damaged, of another version, or missing."""


class MissingSettingError(ConsentryError):
    """An environment variable is not set; `setting` is its name."""

    def __init__(self, setting: str) -> None:
        self.setting = setting
        super().__init__(f"the environment variable {setting} is not set")


class ConsentChangedError(ConsentryError):
    """A consent that a commit stood on changed after it was read; nothing was written."""


class AlreadyDecidedError(ConsentryError):
    """That request id has a decision already; nothing was written."""


class AlreadyRedeemedError(ConsentryError):
    """That run has a redemption of the permit already; nothing was written."""


class PermitError(ConsentryError):
    """A permit does not permit what is asked of it; `field` is the claim, or the part of it, that says so."""

    def __init__(self, field: str, problem: str) -> None:
        self.field = field
        self.problem = problem
        super().__init__(f"{field}: {problem}")


class InvalidPermitSignatureError(PermitError):
    """It is not written as permits are, not signed by a key that is trusted, or not the one that was issued."""


class ForbiddenAudienceError(PermitError):
    """It was issued to somebody else."""

    def __init__(self) -> None:
        super().__init__("aud", "is somebody else")


class ExpiredPermitError(PermitError):
    """Its time is over, or still to come."""


class MismatchedPermitError(PermitError):
    """It is for another file, use or model owner."""


class RevokedPermitError(PermitError):
    """It was taken back, or what it stood on has moved or ended: screen again."""

    def __init__(self) -> None:
        super().__init__("permit", "was taken back, or what it stood on has moved: screen again")


class UnavailableError(ConsentryError):
    """The world is broken or kept moving under us: nothing was answered, ask again."""
