"""What stops a build of terms."""

from consentry.kernel.errors import ConsentryError


class TermsSourceError(ConsentryError):
    """A book does not compile: the file, the rule where one is to blame, and what is wrong."""

    def __init__(self, file: str, problem: str, rule: str | None = None) -> None:
        self.file = file
        self.problem = problem
        self.rule = rule
        super().__init__(": ".join(part for part in (file, rule, problem) if part))


class TermsCaseError(TermsSourceError):
    """A book compiles, but says otherwise than one of its own cases."""
