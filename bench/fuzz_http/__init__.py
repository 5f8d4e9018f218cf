"""Fuzzes every route of the web application: see `bench/fuzz_http/__main__.py`."""
