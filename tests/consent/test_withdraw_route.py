"""Withdrawing takes one call, for one use or for everything."""

from tests.testkit.api.fixtures import TUNE, Customer


def test_a_withdrawal_covers_everything_by_default(acme: Customer) -> None:
    acme.grants()
    some = acme.send("POST", f"{acme.path}/withdrawals", {"uses": [TUNE]})
    everything = acme.send("POST", f"{acme.path}/withdrawals", {})
    other = acme.send("POST", f"{acme.path}/withdrawals", {"kind": "refusal"})

    consent_events = acme.send("GET", f"{acme.path}/consent").body["consent_events"]
    scopes = [
        (consent_event["consent_event"]["uses"], consent_event["consent_event"]["data"])
        for consent_event in consent_events[-2:]
    ]
    assert (some.status, everything.status, other.status) == (201, 201, 422)
    assert scopes == [([TUNE], "all"), ("all", "all")]
