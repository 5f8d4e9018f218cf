"""Use cases: one verb a function. The only floor that commits and that sends."""
