"""The terms compiler: validates Cedar policy sets and evaluates every row into truth tables."""
