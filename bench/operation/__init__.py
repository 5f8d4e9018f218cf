"""What operating costs: backing a county up and bringing it back, a night of matching by one worker and by two."""
