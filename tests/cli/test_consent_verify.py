"""`consentry consent verify` as an operator types it: what holds, what does not, what cannot be verified."""

import pytest

from consentry.consent.consent_event import ConsentEvent
from consentry.consent.register_key import register_key
from consentry.consent.signatures import payload
from consentry.consent.signing_keys import SigningKeyRegistration
from consentry_cli.session import open_dependencies
from tests.cli.conftest import Run
from tests.testkit.builders.dependencies import NOW, OPERATOR
from tests.testkit.builders.event_signers import es256

VERIFY = ("consent", "verify", "acme")
REFUSED = ("consent", "refuse", "acme", "--person", "ana", "--signature")


@pytest.fixture
def signed(run: Run, tables: None) -> None:
    """Ana refused by a JWS that Dana made for her, by a typed name, and by a click."""
    said = {"consent_event_id": "jws", "customer": "acme", "person": "ana", "kind": "refuse"}
    by = {"representative": {"who": "dana", "authority": "guardian"}, "uses": "all", "data": "all"}
    consent_event = ConsentEvent.read(said | by | {"signature": "jws", "jws": "e30..e30"})
    repositories, offered = (
        open_dependencies(None),
        SigningKeyRegistration(customer="acme", jwk=es256().public),
    )
    register_key(offered, caller=OPERATOR, at=NOW, deps=repositories)
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
    ("words", "code", "told"),
    [
        (("jws", "--person", "ana"), 0, f"holds: refuse jws, by key {es256().kid}\n"),
        (("typed", "--person", "ana", "--typed-name", "Ana Ito"), 0, "by the name that was typed"),
        (("typed", "--person", "ana", "--typed-name", "Ana"), 3, "does not hold: typed_name: "),
        (("click", "--person", "ana"), 1, "signature: is of another kind, or none"),
        (("jws",), 1, "no such consent event"),
    ],
    ids=["a jws", "the name", "another name", "a click", "nobody's"],
)
def test_a_stored_signature_is_verified_again(
    run: Run, signed: None, words: tuple[str, ...], code: int, told: str
) -> None:
    ended = run(*VERIFY, *words)

    assert ended.code == code
    assert told in ended.out + ended.err
    assert "dana" not in ended.out + ended.err
