"""The ids of the meetings vocabulary, for tests that name many of them.

A test compares them with layers/terms/vocabularies/meetings.
"""

from dataclasses import replace
from enum import StrEnum
from pathlib import Path

from consentry.consent.consent_event import every_use
from consentry.kernel.vocabulary import compiled_directory, read_vocabulary, using
from consentry.terms.truth_table import axes_of


class DataCategory(StrEnum):
    """The leaves of the tree of data categories."""

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


class Service(StrEnum):
    """The product services."""

    MEETING_SUMMARY = "meeting_summary"
    CHAT_COMPOSE = "chat_compose"
    TRANSCRIPTION = "transcription"
    TRANSLATION = "translation"
    GENERAL = "general"


class Role(StrEnum):
    """The roles of people in the data."""

    HOST = "host"
    SPEAKER = "speaker"
    PARTICIPANT = "participant"
    GUEST = "guest"


BUILT = Path(__file__).parents[2] / ".build" / "terms"
"""The terms that `make terms` compiled."""

MEETINGS = read_vocabulary(compiled_directory(BUILT, "meetings") / "vocabulary.json")
SMALLER = replace(
    MEETINGS,
    digest="sha256:smaller",
    data_categories={
        key: word for key, word in MEETINGS.data_categories.items() if key != DataCategory.TELEMETRY
    },
    services={key: word for key, word in MEETINGS.services.items() if key != Service.TRANSLATION},
)
"""The vocabulary before translation and telemetry were added."""

AXES = axes_of(MEETINGS)
LEAVES_UNDER = MEETINGS.leaves_under
EVERY_NODE = MEETINGS.roots
with using(lambda: MEETINGS):
    EVERY_USE = every_use()
