"""The settings of a command that the environment does not set."""

from pathlib import Path

DEFAULTS = {
    "TERMS_DIRECTORY": str(Path(__file__).parents[2] / ".build" / "terms"),
    "VOCABULARY": "meetings",
    "DEFAULT_TERMS": "announced",
    "GUARDRAILS": "house",
}
"""The defaults of template.yaml."""
