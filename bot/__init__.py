"""The dialogue, pure: (conversation, inbound, now) -> turn. No clock, no database, no network in this room."""
