"""The tables and their SQL, one noun a module. Knows nothing of web, channels or matching."""
