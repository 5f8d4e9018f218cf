"""Takes the guards out one at a time and looks whether a test fails: see `bench/guards/__main__.py`."""
