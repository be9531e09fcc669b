"""Signs events/consent/http-grant-by-jws.json with a new key pair, and puts the public key into its two samples.

Run `python -m tests.testkit.sign_sample_event` after a change of what a signature covers. The private key is
not stored.
"""

import json
from pathlib import Path
from typing import Any

from joserfc.jwk import ECKey

from consentry.consent.consent_event import ConsentEvent
from consentry.consent.signatures import payload
from tests.testkit.builders.event_signers import EventSigner

CONSENT = Path(__file__).parents[2] / "events" / "consent"
PLACEHOLDER = "e30..e30"


def main() -> None:
    """Rewrite the three samples: register the key, grant by it, revoke it."""
    signer = EventSigner(ECKey.generate_key("P-256"), "ES256")

    registration = _read("http-register-key")
    body = json.loads(registration["body"])
    body["jwk"] = signer.public.model_dump(mode="json", exclude_none=True, exclude={"kid"})
    _write("http-register-key", registration | {"body": json.dumps(body)})

    grant = _read("http-grant-by-jws")
    body = json.loads(grant["body"])
    customer = grant["pathParameters"]["customer"]
    signed = ConsentEvent.read(body | {"customer": customer, "jws": PLACEHOLDER})
    body["jws"] = signer.sign(payload(signed))
    _write("http-grant-by-jws", grant | {"body": json.dumps(body)})

    revocation = _read("http-revoke-key")
    previous = revocation["pathParameters"]["kid"]
    text = json.dumps(revocation).replace(previous, signer.kid)
    _write("http-revoke-key", json.loads(text))


def _read(name: str) -> dict[str, Any]:
    sample: dict[str, Any] = json.loads((CONSENT / f"{name}.json").read_bytes())
    return sample


def _write(name: str, sample: dict[str, Any]) -> None:
    (CONSENT / f"{name}.json").write_text(json.dumps(sample, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
