"""The data-set routes: a withdrawal taints a data set through the stream, and its propagation can be read."""

import json

import pytest

from tests.testkit.api.data_sets import screened, withdraw
from tests.testkit.api.fixtures import Customer
from tests.testkit.names_in_text import contains_name
from tests.testkit.scopes import EVERY_SCOPE


def test_a_withdrawal_over_http_taints_the_data_set_and_shows_its_propagation(
    acme: Customer,
) -> None:
    acme.grants()
    data_set = screened(acme, "ana", "ben")
    model = {"model_id": "summariser-2", "kind": "adapter", "location": "eu-central-1"}
    registered = acme.send("POST", f"{acme.path}/data-sets/{data_set}/models", model)
    withdrawal = withdraw(acme, "ana")
    before = acme.send("GET", f"{acme.path}/withdrawals/{withdrawal}").body

    acme.cloud.deliver()

    shown = acme.send("GET", f"{acme.path}/data-sets/{data_set}").body
    after = acme.send("GET", f"{acme.path}/withdrawals/{withdrawal}").body
    assert (registered.status, registered.body["model"]) == (201, model)
    assert before["started_at"] is before["completed_at"] is None
    assert shown["status"] == "tainted"
    assert [(each["model_id"], each["action"]) for each in shown["remediations"]] == [
        (None, "exclude_from_next_training"),
        ("summariser-2", "remove_adapter"),
    ]
    assert [each["data_set_id"] for each in after["data_sets"]] == [data_set]
    assert after["completed_at"] >= after["data_sets"][0]["propagated_at"] >= after["withdrawn_at"]
    assert not contains_name(json.dumps([shown, after]), "ana")


def test_an_erasure_propagates_to_data_sets_like_a_withdrawal(acme: Customer) -> None:
    acme.grants()
    data_set = screened(acme, "ana", "ben")

    erased = acme.send(
        "POST", f"{acme.path}/erasures", {"erasure_id": "e-1", "party": {"person": "ana"}}
    )
    acme.cloud.deliver()

    assert erased.status == 200, erased
    assert acme.send("GET", f"{acme.path}/data-sets/{data_set}").body["status"] == "tainted"


def test_propagation_publishes_events_and_a_metric(acme: Customer) -> None:
    acme.grants()
    screened(acme, "ana")
    before = len(acme.cloud.deliveries)
    withdraw(acme, "ana")

    acme.cloud.deliver()

    deliveries = acme.cloud.deliveries[before:]
    propagated = [each for each in deliveries if each.function == "ConsentPropagationQueueFunction"]
    published = [each.event["detail-type"] for each in deliveries if each.function is None]
    assert "Propagation.Seconds" in propagated[-1].log
    assert not contains_name(propagated[-1].log, "ana")
    assert published == ["DataSetTainted", "PermitRevoked"]


def data_set_table(acme: Customer) -> str:
    return next(f.environment["DATA_SET_TABLE"] for f in acme.cloud.wiring.functions.values())


def test_the_propagation_of_an_erasure_stores_only_the_day(acme: Customer) -> None:
    acme.grants()
    data_set_id = screened(acme, "ana", "ben")
    erasure = {"erasure_id": "e-1", "party": {"person": "ana"}}
    before = len(acme.cloud.deliveries)

    acme.send("POST", f"{acme.path}/erasures", erasure)
    acme.cloud.deliver()

    (taint,) = acme.send("GET", f"{acme.path}/data-sets/{data_set_id}").body["taints"]
    status = acme.send("GET", f"{acme.path}/withdrawals/{taint['withdrawal_id']}").body
    (data_set,) = status["data_sets"]
    times = [taint["at"], *(data_set[at] for at in ("pending_since", "propagated_at"))]
    times += [status[at] for at in ("withdrawn_at", "started_at", "completed_at")]
    assert {at[10:] for at in times} == {"T00:00:00Z"}
    stored = repr(acme.cloud.client("dynamodb").scan(TableName=data_set_table(acme))["Items"])
    assert '"epochs":[]' in stored
    propagated = [
        e for e in acme.cloud.deliveries[before:] if e.function == "ConsentPropagationQueueFunction"
    ]
    assert propagated
    assert not any("Propagation.Seconds" in each.log for each in propagated)


def test_a_withdrawal_is_shown_after_its_event_was_erased(acme: Customer) -> None:
    acme.grants()
    screened(acme, "ana")
    withdrawal = withdraw(acme, "ana", consent_event_id="goodbye")
    acme.cloud.deliver()

    acme.send("POST", f"{acme.path}/erasures", {"erasure_id": "e-1", "party": {"person": "ana"}})

    shown = acme.send("GET", f"{acme.path}/withdrawals/{withdrawal}")
    assert shown.status == 200
    assert "goodbye" not in withdrawal


@pytest.mark.parametrize("path", ["data-sets/{0}", "withdrawals/{0}~x"])
def test_another_customers_data_sets_and_withdrawals_are_forbidden(
    acme: Customer, path: str
) -> None:
    acme.grants()
    data_set = screened(acme, "ana")
    claims = {"sub": "eve", "consentry_customers": "globex", "scope": EVERY_SCOPE}

    assert acme.send("GET", f"{acme.path}/{path.format(data_set)}", claims=claims).status == 403
    assert acme.send("GET", f"{acme.path}/{path.format(f'{acme.id}~none')}").status == 404


def test_data_sets_and_models_are_read_at_their_location_and_listed(
    acme: Customer, globex: Customer
) -> None:
    acme.grants()
    data_set = screened(acme, "ana")
    models = f"{acme.path}/data-sets/{data_set}/models"
    body = {"model_id": "summariser-2", "kind": "adapter", "location": "eu-central-1"}

    created = acme.cloud.http("POST", models, body, acme.claims())
    again = acme.cloud.http("POST", models, body, acme.claims())

    shown = acme.send("GET", created["headers"]["Location"])
    (listed,) = acme.send("GET", f"{acme.path}/data-sets").body["data_sets"]
    assert again == created
    assert shown.body == json.loads(created["body"])
    assert acme.send("GET", models).body == {"models": [shown.body], "next_page": None}
    assert acme.send("GET", f"{models}/other").status == 404
    details = acme.send("GET", f"{acme.path}/data-sets/{data_set}").body
    assert listed == {"data_set": details["data_set"], "status": "clean"}
    assert globex.send("GET", f"{globex.path}/data-sets").body["data_sets"] == []
