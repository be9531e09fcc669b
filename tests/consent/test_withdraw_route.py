"""Withdrawing takes one call, for one use or for everything."""

from tests.testkit.api.fixtures import TUNE, Customer

OWN = {"party": "customer"}


def test_a_withdrawal_covers_everything_by_default(acme: Customer) -> None:
    acme.grants()
    some = acme.send("POST", f"{acme.path}/withdrawals", OWN | {"uses": [TUNE]})
    everything = acme.send("POST", f"{acme.path}/withdrawals", OWN)
    other = acme.send("POST", f"{acme.path}/withdrawals", OWN | {"kind": "refusal"})

    consent_events = acme.send("GET", f"{acme.path}/consent?party=customer").body["consent_events"]
    scopes = [
        (consent_event["consent_event"]["uses"], consent_event["consent_event"]["data"])
        for consent_event in consent_events[-2:]
    ]
    assert (some.status, everything.status, other.status) == (201, 201, 422)
    assert scopes == [([TUNE], "all"), ("all", "all")]
