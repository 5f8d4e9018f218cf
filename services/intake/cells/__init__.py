"""What one cell says: a parser a kind of field. Pure: text in, values and finding codes out; never raises on text."""
