"""A process killed while it writes an import leaves nothing behind; the next run completes it."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from models.base import Base, Database
from models.posting import Posting
from services.intake.importing import import_postings
from services.intake.source import Source
from tests.builders import create_runtime

ROOT = Path(__file__).resolve().parents[3]
TABLE = ROOT / "tests" / "unit" / "intake" / "tables" / "zunyi.csv"
# Stops in the middle of the transaction, after the postings are written, and waits to be killed.
CHILD = """
import sys
from pathlib import Path
from sqlalchemy import event
from models.base import Database
from services.intake.importing import import_postings
from services.intake.source import Source
from tests.builders import create_runtime

database = Database(sys.argv[1])

def stop(*arguments):
    if "INSERT INTO imported_posting" in str(arguments[2]):
        print("writing", flush=True)
        sys.stdin.read()

event.listen(database.engine, "before_cursor_execute", stop)
path = Path(sys.argv[2])
import_postings(create_runtime(database), Source(path.name, path.read_bytes()), "child")
"""


@pytest.mark.slow
def test_killed_in_the_middle_nothing_is_half_imported(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'laobing.db'}"
    database = Database(url)
    Base.metadata.create_all(database.engine)
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, url, str(TABLE)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"writing\n"
        child.kill()
    rt = create_runtime(database)
    with rt.reading() as session:
        assert session.scalar(select(func.count()).select_from(Posting)) == 0
    assert import_postings(rt, Source(TABLE.name, TABLE.read_bytes()), "again").added == 7
    database.dispose()
