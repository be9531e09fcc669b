"""`consentry terms cite`: the sentences of a text with their digests, to cite them beside a version."""

from pathlib import Path

from consentry_cli.terms import report_error
from consentry_terms.citations import sentence_digest, sentences
from consentry_terms.errors import TermsSourceError
from consentry_terms.files import read_text


def cite(text: Path, *words: str) -> int:
    """Print the sentences that hold the words, each under the digest that cites it.

    Parameters
    ----------
    text
        The real text, as Markdown or plain; it is only read.
    words
        What a sentence must hold, in any order; none for every sentence.
    """
    try:
        found = [each for each in sentences(read_text(text)) if all(word in each for word in words)]
    except TermsSourceError as wrong:
        return report_error(wrong)
    for each in found:
        print(f"{sentence_digest(each)}\n  {each}")
    return 0 if found else 1
