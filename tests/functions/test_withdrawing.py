"""Withdrawing is as easy as giving: one call, for one use or for all."""

from tests.functions.conftest import TUNE, Customer


def test_a_withdrawal_takes_back_everything_unless_it_says_otherwise(acme: Customer) -> None:
    acme.grants()
    some = acme.send("POST", "/consents/withdraw", {"customer": acme.id, "uses": [TUNE]})
    everything = acme.send("POST", "/consents/withdraw", {"customer": acme.id})
    other = acme.send("POST", "/consents/withdraw", {"customer": acme.id, "kind": "refuse"})

    acts = acme.send("GET", f"/consents/{acme.id}").body["acts"]
    said = [(act["act"]["uses"], act["act"]["data"]) for act in acts[-2:]]
    assert (some.status, everything.status, other.status) == (200, 200, 422)
    assert said == [([TUNE], "all"), ("all", "all")]
