"""What a customer may register to sign with: a public key on one of two curves, under one name."""

from typing import Any

import pytest
from joserfc.jwk import ECKey

from consentry.consent.signatures import thumbprint
from consentry.consent.signing_keys import SigningJwk
from consentry.kernel.errors import InvalidRequestError
from tests.testkit.builders.event_signers import another, ed25519, es256

PUBLIC = es256().public.model_dump(exclude_none=True)
OTHERS = ed25519().public.model_dump(exclude_none=True)


@pytest.mark.parametrize(
    "jwk",
    [
        es256().pair.as_dict(private=True),
        {"kty": "oct", "k": "AAAA"},
        ECKey.generate_key("P-384").as_dict(private=False),
        ECKey.generate_key("secp256k1").as_dict(private=False),
        PUBLIC | {"y": None},
        PUBLIC | {"x": PUBLIC["y"]},
        PUBLIC | {"x": PUBLIC["x"] + "="},
        PUBLIC | {"x": PUBLIC["x"][:-1] + "B"},
        PUBLIC | {"alg": "HS256"},
        PUBLIC | {"alg": "EdDSA"},
        PUBLIC | {"use": "enc"},
        PUBLIC | {"kid": another().kid},
        PUBLIC | {"crv": "Ed25519"},
        OTHERS | {"y": PUBLIC["y"]},
        OTHERS | {"kty": "EC"},
    ],
    ids=lambda jwk: f"{jwk.get('kty')} {jwk.get('crv')}",
)
def test_only_public_keys_on_the_two_supported_curves_are_accepted(jwk: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequestError) as rejected:
        thumbprint(SigningJwk.read(jwk))

    assert not any(
        str(value) in str(rejected.value) for value in jwk.values() if len(str(value)) > 9
    )
