"""`consentry permit verify`: offline, with a key that was fetched before."""

import json
import time
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.testkit.builders.permits import claims, signed
from tests.testkit.command_line import OURS, CommandResult, Run, key_set
from tests.testkit.fakes.permit_signer import InMemoryPermitSigner

MANIFEST, ADMITTED = b"what was screened\n", b"what may be used\n"
ALL = (
    *("--audience", "trainer", "--customer", "acme", "--operation", "fine_tune"),
    *("--service", "meeting_summary", "--model-owner", "first_party"),
)


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """A permit that was just issued, the key, and the files that it names."""
    now = int(time.time())
    digests = {"manifest": sha256(MANIFEST).hexdigest(), "admitted": sha256(ADMITTED).hexdigest()}
    permit = claims(iat=now, nbf=now, exp=now + 600, aud="trainer", **digests)
    contents = {
        "permit": signed(permit, OURS).encode(),
        "key": json.dumps(key_set(OURS)).encode(),
        "manifest": MANIFEST,
        "output": ADMITTED,
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    return {name: tmp_path / name for name in contents}


def test_a_permit_is_valid_with_its_key_and_its_files(run: Run, files: dict[str, Path]) -> None:
    words = (files["permit"], "--key", files["key"], "--manifest", files["manifest"])

    ended = run("permit", "verify", *words, "--output", files["output"], *ALL)

    assert ended.code == 0
    assert ended.out.startswith("valid until 20")
    assert "for trainer\n" in ended.out
    assert "not compared" not in ended.out
    assert "fine_tune for meeting_summary, first_party model, on data of acme" in ended.out


def test_missing_options_and_a_permit_without_audience_are_reported(
    run: Run, files: dict[str, Path]
) -> None:
    words = ("permit", "verify", files["permit"], "--key", files["key"])

    some, (none, anybody) = (
        run(*words, *ALL[2:]),
        (run(*words), verify_without_audience(run, files)),
    )

    assert "not compared: audience, admitted, manifest\n" in some.out
    every = "audience, customer, operation, service, model_owner, admitted, manifest"
    assert f"not compared: {every}\n" in none.out
    assert "for every caller that is allowed for acme: it has no audience\n" in anybody.out
    assert {some.code, none.code, anybody.code} == {0}


def verify_without_audience(run: Run, files: dict[str, Path]) -> CommandResult:
    now = int(time.time())
    files["permit"].write_text(signed(claims(iat=now, nbf=now, exp=now + 600), OURS))
    return run("permit", "verify", files["permit"], "--key", files["key"])


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--output", "manifest"), "admitted: is not the digest"),
        (("--manifest", "output"), "manifest: is not the digest"),
        (("--audience", "somebody"), "aud: is another caller"),
        (("--audience", "acme"), "aud: is another caller"),
        (("--audience", ""), "aud: is another caller"),
        (("--customer", "globex"), "sub: is another customer"),
        (("--customer", ""), "sub: is another customer"),
        (("--operation", "pretrain"), "use: is not the use"),
        (("--service", "general"), "use: is not the use"),
        (("--model-owner", "third_party"), "model_owner: is not the model owner"),
    ],
    ids=["another file", "another manifest", "somebody else", "its customer", "no audience",
         "another customer", "no customer", "another operation", "another service", "another owner"],
)  # fmt: skip
def test_a_permit_is_not_valid_for_another_file_user_customer_or_use(
    run: Run, files: dict[str, Path], options: tuple[str, str], says: str
) -> None:
    option, value = options

    ended = run(
        "permit", "verify", files["permit"], "--key", files["key"], option, files.get(value, value)
    )

    assert ended.code == 3
    assert ended.err.startswith(f"not valid: {says}")


@pytest.mark.parametrize(
    ("presented", "says"),
    [
        (signed(claims(), InMemoryPermitSigner(secret=99)), "signature: is not valid"),
        (signed(claims(), InMemoryPermitSigner("key-2")), "header: is not"),
        (signed(claims(), OURS), "exp: has passed"),
        (signed(claims(nbf=2**33, iat=2**33, exp=2**33 + 9), OURS), "nbf: is in the future"),
        ("", "header: is not"),
        ("\u00e4\u00f6", "header: is not"),
    ],
    ids=["unregistered key", "another key's id", "over", "not yet", "nothing", "text"],
)
def test_a_token_without_valid_signature_or_times_is_not_valid(
    run: Run, files: dict[str, Path], presented: str, says: str
) -> None:
    files["permit"].write_text(presented)

    ended = run("permit", "verify", files["permit"], "--key", files["key"])

    assert ended.code == 3
    assert ended.err.startswith(f"not valid: {says}")


def test_the_header_selects_one_of_several_keys(run: Run, files: dict[str, Path]) -> None:
    files["key"].write_text(json.dumps(key_set(InMemoryPermitSigner("key-0", 5), OURS)))

    assert run("permit", "verify", files["permit"], "--key", files["key"]).code == 0


JWK = key_set(OURS)["keys"][0]


@pytest.mark.parametrize(
    "document",
    [
        "no JSON",
        {},
        {"keys": [JWK, JWK]},
        {"keys": [JWK | {"d": "AAAA"}]},
        {"keys": [JWK | {"alg": "HS256"}]},
        {"keys": [JWK | {"crv": "P-384"}]},
        {"keys": [JWK | {"x": JWK["y"]}]},
        {"keys": [JWK | {"x": "no point"}]},
        {"keys": [{"kty": "oct", "k": "AAAA", "kid": "key-1", "alg": "HS256", "use": "sig"}]},
    ],
    ids=["text", "no keys", "twice", "private", "algorithm", "curve", "off the curve", "text as x", "secret"],
)  # fmt: skip
def test_a_document_that_is_no_set_of_public_permit_keys_is_an_error(
    run: Run, files: dict[str, Path], document: Any
) -> None:
    files["key"].write_text(json.dumps(document))

    ended = run("permit", "verify", files["permit"], "--key", files["key"])

    assert ended.code == 1
    assert ended.err.startswith("error: ")


def test_a_missing_file_is_an_error(run: Run, files: dict[str, Path]) -> None:
    gone = files["output"].with_name("gone")

    for words in ((gone, "--key", files["key"]), (files["permit"], "--key", gone)):
        assert run("permit", "verify", *words).code == 1
    ended = run("permit", "verify", files["permit"], "--key", files["key"], "--output", gone)
    assert ended.code == 1
    assert f"{gone}: cannot be read" in ended.err
