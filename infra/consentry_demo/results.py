"""The results of steps: read from what handlers answered, and described in a few words."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

Result = Mapping[str, Any]

MAX_LISTED = 12


class UnexpectedResponseError(Exception):
    """A handler answered something that no later step can use."""


def of_response(response: object) -> dict[str, Any]:
    """The result of an HTTP response: its status with the fields of its JSON body, or with the page."""
    if not isinstance(response, dict):
        raise UnexpectedResponseError(f"the API answered {response}")
    status, body = response["statusCode"], response.get("body") or "{}"
    if "html" in str(response.get("headers", {}).get("Content-Type", "")):
        return {"status": status, "page": body}
    document: dict[str, Any] = json.loads(body)
    data_set_status = {"status_of_data_set": document["status"]} if "status" in document else {}
    statuses = document.get("statuses")
    if statuses is not None:
        document["statuses_by_use"] = statuses
        document["statuses"] = list(dict.fromkeys(each["status"] for each in statuses))
    return document | data_set_status | {"status": status}


def describe(result: Result) -> Iterator[tuple[str, str]]:
    """Lines of a label and words, from the fields that the result has."""
    if "report" in result:
        yield from describe_screening(result)
    elif "permit" in result:
        yield "permit", result["permit_id"]
    elif "execution" in result:
        yield result["execution"], f"training jobs started: {result['training_jobs']}"
        if "trains_on" in result:
            yield "", f"on the file with the SHA-256 {result['trains_on'][:16]}..."
    elif "problem" in result:
        field = f"{result['field']} " if result["field"] else ""
        yield str(result["status"]), f"{result['error']}: {field}{result['problem']}"
    elif "message" in result:  # of API Gateway itself
        yield str(result["status"]), result["message"]
    elif "outcome" in result:
        yield from _decision(result)
    elif "consent_events" in result:
        kinds = ", ".join(each["consent_event"]["kind"] for each in result["consent_events"])
        yield "status", ", ".join(result["statuses"])
        yield "events", kinds
    elif "statuses" in result:
        yield "stored", f"version {result['version']}; status now: {', '.join(result['statuses'])}"
    elif "retained" in result:
        for each in result["retained"]:
            until = f", until {each['until'][:10]}" if each["until"] else ""
            yield "retains", f"{each['what']}{until}"
    elif "until" in result:
        times = [datetime.fromisoformat(result[name]) for name in ("at", "until")]
        minutes = round((times[1] - times[0]).total_seconds() / 60)
        yield str(result["status"]), f"the run may start within {minutes} minutes"
    elif "started_at" in result:
        yield from _propagation(result)
    elif "remediations" in result:
        yield from _data_set(result)
    elif "uses" in result and isinstance(result["uses"], list) and "next_page" in result:
        yield from _uses(result["uses"])
    elif "decisions" in result:
        yield str(result["status"]), f"{len(result['decisions'])} decisions"
    elif "output" in result:
        yield "prints", result["output"]
    elif "propagated" in result:
        yield "result", "propagated everywhere" if result["propagated"] else "nothing left to do"
    elif "page" in result:
        yield str(result["status"]), "an HTML page"
    elif "error" in result:
        attempts = f", {result['attempts']} attempts" if "attempts" in result else ""
        yield "error", f"{result['error']}{attempts}"
    elif not result.get("published"):
        yield from _stored(result)
    for published in result.get("published", ()):
        yield "event", f"{published} on the bus"


def _decision(result: Result) -> Iterator[tuple[str, str]]:
    first, *others = _rules(result["reasons"]) or ["the terms do not cover this use"]
    yield result["outcome"].upper(), first
    for line in others:
        yield "", line
    for each in result["what_would_allow"]:
        yield "", each["sentence"]
    if result.get("revision", 1) > 1:
        yield "", f"revision {result['revision']} of the same decision"


def _rules(reasons: Iterable[Result]) -> list[str]:
    named = {
        f"{rule} ({clause})": None
        for reason in reasons
        for rule, clause in zip(reason["rules"], reason["clauses"], strict=True)
    }
    return list(named)


def _propagation(result: Result) -> Iterator[tuple[str, str]]:
    if not result["completed_at"]:
        yield "pending", "every decision already counts it; data sets do not know yet"
        return
    count = len(result["data_sets"])
    yield "done", f"{count} data {'set contains' if count == 1 else 'sets contain'} the person"


def _data_set(result: Result) -> Iterator[tuple[str, str]]:
    yield "status", f"{result['status_of_data_set']}; {result['data_set']['rows']} rows"
    for each in result["remediations"]:
        yield "", f"to do: {each['action']} ({each['model_id'] or 'the data set'})"


def _uses(uses: Iterable[Result]) -> Iterator[tuple[str, str]]:
    for use in list(uses)[:MAX_LISTED]:
        data = ", ".join(leaf.rpartition(".")[2] for leaf in use["data"])
        yield (
            use["outcome"].upper(),
            f"{use['count']} x {use['operation']} for {use['service']} on {data}",
        )


def _stored(result: Result) -> Iterator[tuple[str, str]]:
    for name in ("form_id", "form", "kid", "model_id"):
        if isinstance(result.get(name), str):
            yield str(result["status"]), f"{name} {result[name]}"
            return
    yield str(result.get("status", "")), "done"


def describe_screening(result: Result) -> Iterator[tuple[str, str]]:
    """Rows by outcome with the rules that decided, or with what could not be read."""
    report = result["report"]
    for outcome in ("admitted", "rejected", "undetermined"):
        why = dict(report["rules"].get(outcome, {}))
        if outcome == "undetermined":
            why |= report["invalid_rows"]
        count = result[outcome]
        rows = f"{count} {'row' if count == 1 else 'rows'}"
        reasons = ", ".join(f"{times} {reason}" for reason, times in why.items())
        yield outcome, f"{rows}: {reasons}" if reasons else rows
    events = f"; {result['events']} events, one decision" if result["events"] > 1 else ""
    yield "in all", f"{report['manifest']['rows']} rows{events}"
