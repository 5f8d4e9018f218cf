"""Start and wiring: reads the settings, builds the Runtime, starts web, scheduler and commands. Nothing imports app."""
