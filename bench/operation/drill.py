"""The restore drill: a county backed up and brought back into an empty database, timed, its figures compared."""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

from app import bootstrap, migration, settings
from bench.operation.county import fill
from models import transfer
from models.base import Database
from services import backups
from tests.functional.server import environment
from tests.functional.webhook.pushes import Platform


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=300_000)
    parser.add_argument("--onto", default="", help="address of an empty PostgreSQL database (default: SQLite)")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rt = bootstrap.build(settings.load(environment(folder, Platform("secure")), dotenv=folder / "none"))
        migration.upgrade(rt.database)
        fill(rt, args.people, offered=1500)
        before = transfer.figures(rt.database)
        target = Database(settings.database_url(args.onto or f"sqlite:///{folder / 'restored.db'}"))
        begun = time.perf_counter()
        saved = backups.save(rt, folder / "backups", migration.upgrade, keep=1)
        backed_up = time.perf_counter()
        came = backups.restore(rt, saved.path, target, migration.upgrade)
        restored = time.perf_counter()
        # The backup's own run is recorded in the county after it was taken.
        equal = before == saved.figures == came == transfer.figures(target)
        rt.database.dispose()
        target.dispose()
    found = {
        "people": args.people,
        "rows": sum(one.rows for one in came),
        "onto": "PostgreSQL" if args.onto else "SQLite",
        "backup_mb": round(saved.bytes / 1e6, 1),
        "backup_s": round(backed_up - begun, 1),
        "restore_s": round(restored - backed_up, 1),
        "figures_equal": equal,
    }
    print(json.dumps(found))
    return 0 if equal else 1


if __name__ == "__main__":
    sys.exit(main())
