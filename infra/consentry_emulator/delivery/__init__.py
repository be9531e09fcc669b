"""How events reach functions: one module for each kind of trigger."""
