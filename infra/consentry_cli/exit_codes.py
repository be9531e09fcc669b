"""Exit codes of all commands."""

OK = 0
ERROR = 1
"""The command or its arguments are invalid, or something did not answer; there is no result."""

INCOMPLETE = 2
"""An import did not read or record some of the rows; it recorded all others."""

BROKEN_PIPE = 141
"""The reader of the output has gone, as for any command that SIGPIPE ends (128 + 13)."""

DENIED = 3
"""The result is negative: a denial, a permit or signature that is not valid, or terms that allow more training."""
