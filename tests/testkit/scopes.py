"""The OAuth scopes of callers' tokens, written out: the code under test must not define them."""

PERMISSIONS = ("decide", "record_consent", "erase", "redeem", "read", "administer")
EVERY_SCOPE = " ".join(f"consentry/{permission}" for permission in PERMISSIONS)
"""The scopes of an administrator, who may do everything."""
