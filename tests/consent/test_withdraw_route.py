"""Withdrawing is as easy as giving: one call, for one use or for all."""

from tests.testkit.api.fixtures import TUNE, Customer


def test_a_withdrawal_covers_everything_by_default(acme: Customer) -> None:
    acme.grants()
    some = acme.send("POST", "/consents/withdraw", {"customer": acme.id, "uses": [TUNE]})
    everything = acme.send("POST", "/consents/withdraw", {"customer": acme.id})
    other = acme.send("POST", "/consents/withdraw", {"customer": acme.id, "kind": "refusal"})

    consent_events = acme.send("GET", f"/consents/{acme.id}").body["consent_events"]
    said = [
        (consent_event["consent_event"]["uses"], consent_event["consent_event"]["data"])
        for consent_event in consent_events[-2:]
    ]
    assert (some.status, everything.status, other.status) == (200, 200, 422)
    assert said == [([TUNE], "all"), ("all", "all")]
