"""What a customer may register to sign with: a public key on one of two curves, under one name."""

from base64 import urlsafe_b64decode
from itertools import count
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc.jwk import ECKey

from consentry.consent.public_points import ORDER, P_256, P, _decode
from consentry.consent.signatures import thumbprint
from consentry.consent.signing_keys import SigningJwk
from consentry.kernel.errors import InvalidRequestError
from tests.testkit.builders.event_signers import another, base64url, ed25519, es256

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


SMALL_ORDER = {
    "order 1": 1,
    "order 2": P - 1,
    "order 4": 0,
    "order 4, other sign": 1 << 255,
    "order 8": 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7,
    "order 8, other sign": 0xFA03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7,
    "order 8, other y": 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826,
    "order 8, other y and sign": 0x85FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826,
}
NOT_CANONICAL = {
    "order 1, y not reduced": P + 1,
    "order 2, y not reduced": 2 * P - 1,
    "order 4, y not reduced": P,
    "order 1, with the sign of zero": 1 | 1 << 255,
    "order 2, with the sign of zero": (P - 1) | 1 << 255,
    "a point of large order, y not reduced": P + 3,
    "no point": 2,
}


def okp(encoded: int) -> SigningJwk:
    """An Ed25519 key by the number that its encoding is."""
    content = (encoded % (1 << 256)).to_bytes(32, "little")
    return SigningJwk.read({"kty": "OKP", "crv": "Ed25519", "x": base64url(content)})


@pytest.mark.parametrize("encoded", [*SMALL_ORDER.values(), *NOT_CANONICAL.values()])
def test_a_weak_ed25519_key_is_rejected(encoded: int) -> None:
    with pytest.raises(InvalidRequestError, match="weak key"):
        thumbprint(okp(encoded))


@pytest.mark.parametrize("encoded", SMALL_ORDER.values(), ids=SMALL_ORDER)
def test_the_points_of_small_order_are_what_their_names_say(encoded: int) -> None:
    point = _decode(encoded.to_bytes(32, "little"))

    assert point.times(8).is_neutral
    assert not point.times(ORDER).is_neutral or point.is_neutral


def test_an_ed25519_key_with_a_part_of_small_order_is_rejected() -> None:
    # given a generated key, plus the point of order 2
    public = ed25519().public.x
    generated = _decode(urlsafe_b64decode(public + "="))
    mixed = generated + _decode((P - 1).to_bytes(32, "little"))

    # when it is encoded
    inverse = pow(mixed.z, -1, P)
    x, y = mixed.x * inverse % P, mixed.y * inverse % P
    jwk = okp(y | (x & 1) << 255)

    # then it is rejected
    with pytest.raises(InvalidRequestError, match="weak key"):
        thumbprint(jwk)


def test_a_p256_key_has_one_encoding() -> None:
    # given a point with an x so small that it has a second encoding in 32 bytes
    a, b = -3, 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
    squares = ((x, (x**3 + a * x + b) % P_256) for x in count(1))
    roots = ((x, pow(square, (P_256 + 1) // 4, P_256), square) for x, square in squares)
    x, y = next((x, y) for x, y, square in roots if y * y % P_256 == square)

    def jwk(x: int) -> SigningJwk:
        parts = {"x": base64url(x.to_bytes(32)), "y": base64url(y.to_bytes(32))}
        return SigningJwk.read({"kty": "EC", "crv": "P-256"} | parts)

    # then only the first one is accepted
    assert thumbprint(jwk(x))
    with pytest.raises(InvalidRequestError, match="weak key"):
        thumbprint(jwk(x + P_256))


def test_a_p256_key_with_the_private_key_1_is_rejected() -> None:
    base = ec.derive_private_key(1, ec.SECP256R1()).public_key().public_numbers()

    parts = {"x": base64url(base.x.to_bytes(32)), "y": base64url(base.y.to_bytes(32))}
    with pytest.raises(InvalidRequestError, match="weak key"):
        thumbprint(SigningJwk.read({"kty": "EC", "crv": "P-256"} | parts))
