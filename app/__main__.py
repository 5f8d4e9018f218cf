"""`python -m app` is the laobing command."""

import sys

from app.cli import main

sys.exit(main())
