"""Errors that stop a build of terms."""

from consentry.kernel.errors import ConsentryError


class TermsSourceError(ConsentryError):
    """A policy set does not compile: the file, the rule if one is the cause, and the problem."""

    def __init__(self, file: str, problem: str, rule: str | None = None) -> None:
        self.file = file
        self.problem = problem
        self.rule = rule
        super().__init__(": ".join(part for part in (file, rule, problem) if part))


class TermsCaseError(TermsSourceError):
    """A policy set compiles, but one of its cases does not hold."""


class UnknownWordError(TermsSourceError):
    """A rule names a word that the vocabulary lacks."""


class IdleRuleError(TermsSourceError):
    """A rule decides no row: it never applies, or another rule always overrules it."""
