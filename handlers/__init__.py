"""The way in: an outside request becomes one service call and its answer. No SQL, no channel, no rules."""
