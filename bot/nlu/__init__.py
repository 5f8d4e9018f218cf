"""Understanding, pure: a text and the question that was open -> what was heard, with the evidence for it."""
