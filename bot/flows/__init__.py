"""The flows of the conversation, one module a flow; their order is the order in which they may claim a turn."""
