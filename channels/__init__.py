"""The way out: speaks the platform's protocol. Knows no tables and no rules of ours."""
