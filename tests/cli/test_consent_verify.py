"""`consentry consent verify`: valid, not valid, and not verifiable signatures."""

import pytest

from consentry.consent.consent_event import ConsentEvent
from consentry.consent.key_registry import register_key
from consentry.consent.signatures import payload
from consentry_cli.session import open_dependencies
from tests.testkit.builders.dependencies import NOW, OPERATOR
from tests.testkit.builders.event_signers import es256
from tests.testkit.command_line import Run
from tests.testkit.names_in_text import contains_name

VERIFY = ("consent", "verify", "acme")
REFUSED = ("consent", "refuse", "acme", "--person", "ana", "--signature")


@pytest.fixture
def signed(run: Run, tables: None) -> None:
    """Three refusals of ana: by a JWS of her guardian dana, by a typed name, by a click."""
    fields = {
        "consent_event_id": "jws",
        "customer": "acme",
        "party": {"person": "ana"},
        "kind": "refusal",
    }
    by = {"representative": {"who": "dana", "authority": "guardian"}, "uses": "all", "data": "all"}
    consent_event = ConsentEvent.read(fields | by | {"signature": "jws", "jws": "e30..e30"})
    deps = open_dependencies(None)
    register_key("acme", "customer", es256().public, caller=OPERATOR, at=NOW, deps=deps)
    dana = ("--representative", "dana", "--authority", "guardian")
    run(
        *REFUSED,
        "jws",
        "--jws",
        es256().sign(payload(consent_event)),
        *dana,
        "--consent-event-id",
        "jws",
    )
    run(*REFUSED, "typed_name", "--typed-name", "Ana Ito", "--consent-event-id", "typed")
    run(*REFUSED, "click", "--consent-event-id", "click")


@pytest.mark.parametrize(
    ("words", "code", "expected"),
    [
        (("jws", "--person", "ana"), 0, f"valid: refusal jws, by key {es256().kid}\n"),
        (("typed", "--person", "ana", "--typed-name", "Ana Ito"), 0, "by typed name"),
        (("typed", "--person", "ana", "--typed-name", "Ana"), 3, "not valid: typed_name: "),
        (("click", "--person", "ana"), 1, "signature: has no JWS, or no typed name to compare"),
        (("jws", "--party", "customer"), 1, "no such consent event"),
    ],
    ids=["a jws", "the name", "another name", "a click", "of the customer"],
)
def test_a_stored_signature_is_verified_again(
    run: Run, signed: None, words: tuple[str, ...], code: int, expected: str
) -> None:
    ended = run(*VERIFY, *words)

    assert ended.code == code
    assert expected in ended.out + ended.err
    assert not contains_name(ended.out + ended.err, "dana")
