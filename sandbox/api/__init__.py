"""The platform's API as the product calls it: one module a family of calls, each with a table of its endpoints."""
