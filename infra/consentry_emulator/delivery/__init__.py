"""The pump: events delivered by the template's own wiring to the real handlers."""
