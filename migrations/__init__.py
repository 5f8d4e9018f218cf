"""The history of the tables, one step a file, for SQLite and PostgreSQL alike."""
