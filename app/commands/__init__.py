"""The verbs of the laobing command, one module a verb.

Each exposes `configure(parser)`, which adds its arguments and calls `parser.set_defaults(run=...)`;
`run(args)` returns the exit status.
"""
