"""Scoring, pure and deterministic: people and postings in, ranked matches with reasons out. No clock, no I/O."""
