"""What a door was asked and what it told, in a few words, all of them taken from its own documents."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DecisionSummary:
    """A decision: its outcome, the rules that decided with their clauses, what would change it."""

    outcome: str
    rules: tuple[str, ...]
    what_would_allow: tuple[str, ...]
    decision_id: str
    revision: int

    @classmethod
    def of_answer(cls, answer: Document) -> Self:
        """Of an answer, as the doors that answer give it."""
        return cls(
            outcome=answer["outcome"],
            rules=_rules(answer["reasons"]),
            what_would_allow=_sentences(answer),
            decision_id=answer["decision_id"],
            revision=answer["revision"],
        )

    @classmethod
    def of_row(cls, row: Document) -> Self:
        """Of a whole decision, as GET /decisions/{decision_id} gives it."""
        denied = row["outcome"] == "deny"
        deciding = (f for f in row["reasons"] if (f["ruling"] != "permit") is denied)
        return cls(
            outcome=row["outcome"],
            rules=_rules(reason for reason in deciding if reason["enforced"]),
            what_would_allow=_sentences(row),
            decision_id=row["request_record"]["decision_id"],
            revision=row["revision"],
        )


def _sentences(document: Document) -> tuple[str, ...]:
    return tuple(each["sentence"] for each in document["what_would_allow"])


def _rules(reasons: Iterable[Document]) -> tuple[str, ...]:
    named = {
        f"{rule} ({clause})": None
        for reason in reasons
        for rule, clause in zip(reason["rules"], reason["clauses"], strict=True)
    }
    return tuple(named) or ("the terms are silent",)


def describe_request(request: Document) -> str:
    """A data-use request."""
    use, owner = request["use"], request["model_owner"]
    words = f"{use['operation']} for {use['service']} on {request['customer']}'s "
    words += _nodes(request["data"])
    collected = request["collected"]["by_service"]
    if collected != use["service"]:
        words += f" from {collected}"
    people = f", {len(request['people'])} people" if request["people"] else ""
    return f"{words}, {owner} model{people}"


def describe_event(consent_event: Document) -> str:
    """A consent act."""
    uses = consent_event["uses"]
    if isinstance(uses, list):
        uses = ", ".join(f"{use['operation']}/{use['service']}" for use in uses)
    party = consent_event.get("person") or consent_event["customer"]
    words = f"{party}: {consent_event['kind']} {uses} on {_nodes(consent_event['data'])}"
    if consent_event["kind"] == "grant":
        words += ", signed" if consent_event.get("signature", "none") != "none" else ", not signed"
    return words


def _nodes(data: list[str] | str) -> str:
    return data if isinstance(data, str) else ", ".join(node.rpartition(".")[2] for node in data)
