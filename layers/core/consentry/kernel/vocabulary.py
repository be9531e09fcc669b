"""The vocabulary: data categories, operations, services, model owners, roles and consent statuses."""

from enum import StrEnum


class DataCategory(StrEnum):
    """A leaf of the tree of data categories."""

    USAGE = "service_generated.usage"
    TELEMETRY = "service_generated.telemetry"
    DIAGNOSTICS = "service_generated.diagnostics"
    AUDIO = "customer_content.audio"
    VIDEO = "customer_content.video"
    CHAT = "customer_content.chat"
    TRANSCRIPT = "customer_content.transcript"
    SCREEN_SHARE = "customer_content.screen_share"
    ATTACHMENT = "customer_content.attachment"
    WHITEBOARD = "customer_content.whiteboard"
    POLL = "customer_content.poll"
    REACTION = "customer_content.reaction"
    PROMPT = "customer_content.prompt"
    AI_OUTPUT = "customer_content.ai_output"
    EMBEDDING = "customer_content.embedding"
    PUBLIC_WEB = "public_web"


def _tree() -> dict[str, tuple[DataCategory, ...]]:
    nodes: dict[str, tuple[DataCategory, ...]] = {}
    for leaf in DataCategory:
        branch, _, name = leaf.partition(".")
        nodes[str(leaf)] = (leaf,)
        if name:
            nodes[branch] = (*nodes.get(branch, ()), leaf)
    return nodes


LEAVES_UNDER = _tree()
"""Every node of the tree (branch or leaf) with the leaves under it; a leaf has itself."""


class Operation(StrEnum):
    """The use of the data: run a feature, evaluate a model, or train one."""

    INFER = "infer"
    EVALUATE = "evaluate"
    FINE_TUNE = "fine_tune"
    PRETRAIN = "pretrain"


class Service(StrEnum):
    """The product service that collected or uses the data."""

    MEETING_SUMMARY = "meeting_summary"
    CHAT_COMPOSE = "chat_compose"
    TRANSCRIPTION = "transcription"
    TRANSLATION = "translation"
    GENERAL = "general"


class ModelOwner(StrEnum):
    """The owner of the model."""

    FIRST_PARTY = "first_party"
    CUSTOMER = "customer"
    THIRD_PARTY = "third_party"


class Role(StrEnum):
    """The role of a person in the data. The data has the voice or words of a speaker."""

    HOST = "host"
    SPEAKER = "speaker"
    PARTICIPANT = "participant"
    GUEST = "guest"


class ConsentStatus(StrEnum):
    """The status of one party's consent events, from least to most strict."""

    GRANTED = "granted"
    DEEMED = "deemed"
    NEVER_ASKED = "never_asked"
    INVALIDATED = "invalidated"
    EXPIRED = "expired"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    UNIDENTIFIED = "unidentified"
    """The terms require that people are named, and the request names none."""
    UNREADABLE = "unreadable"
    """The state of the party could not be read."""


STRICTNESS = {status: rank for rank, status in enumerate(ConsentStatus)}
"""The rank of each status: 0 is `granted`, the highest is `unreadable`."""


def worst(statuses: list[ConsentStatus]) -> ConsentStatus:
    """The strictest status; `granted` if there are no people to ask."""
    return max(statuses, key=STRICTNESS.__getitem__, default=ConsentStatus.GRANTED)


FIDESLANG = {
    DataCategory.USAGE: "user.behavior",
    DataCategory.TELEMETRY: "user.telemetry",
    DataCategory.DIAGNOSTICS: "system.operations",
    DataCategory.AUDIO: "user.biometric.voice",
    DataCategory.VIDEO: "user.content.self_image",
    DataCategory.CHAT: "user.content.private",
    DataCategory.TRANSCRIPT: "user.content.private",
    DataCategory.SCREEN_SHARE: "user.content.private",
    DataCategory.ATTACHMENT: "user.content.private",
    DataCategory.WHITEBOARD: "user.content.private",
    DataCategory.POLL: "user.content",
    DataCategory.REACTION: "user.content",
    DataCategory.PROMPT: "user.content.private",
    DataCategory.AI_OUTPUT: "user.content",
    DataCategory.PUBLIC_WEB: "user.content.public",
    Operation.EVALUATE: "functional.service.improve",
    Operation.FINE_TUNE: "train_ai_system",
    Operation.PRETRAIN: "train_ai_system",
    Operation.INFER: "functional.service",
    ModelOwner.THIRD_PARTY: "third_party_sharing",
}
"""Counterparts in the fideslang 3.1 taxonomy, if there is one (an embedding has none)."""
