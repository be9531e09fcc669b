"""A provisioner for each resource type: it calls the API of moto, or stores the resource in the wiring.

moto's CloudFormation silently ignores recovery, encryption, notifications and alarms; its APIs support them. Each
provisioner lists the properties that it supports. Any other property is an error.
"""

from consentry_emulator.provisioners import (  # noqa: F401 - to import them registers them
    api,
    cloudwatch,
    compute,
    queues_and_buses,
    roles,
    storage,
)
from consentry_emulator.resources import PROVISIONERS

__all__ = ["PROVISIONERS"]
