"""What is read of one person is looked up, however many there are."""

import pytest
from sqlalchemy import insert

from models import addressee, standing
from models.base import Database, Session
from models.prepared import Prepared, run_on
from models.veteran import Consent, Veteran
from services import veterans
from tests.builders import FRIDAY, create_runtime

PEOPLE = 3000


@pytest.mark.parametrize("database_kind", [pytest.param("postgresql", marks=pytest.mark.postgres)])  # it plans
def test_a_person_is_looked_up_among_many_of_whom_the_server_knows_nothing_yet(database: Database) -> None:
    """It read every consent there was for each message of a county that had just been taken in."""
    rt = create_runtime(database)
    with rt.transaction() as session:
        people = [{"openid": f"o-{number}", "created_at": FRIDAY, "kind": "veteran"} for number in range(PEOPLE)]
        ids = session.scalars(insert(Veteran).returning(Veteran.id), people).all()
        consent = {"purpose": veterans.PUSHES, "text_version": "1", "channel": "wechat", "given_at": FRIDAY}
        session.execute(insert(Consent), [{"veteran_id": one, **consent} for one in ids])
        named = dict(zip(("storing", "pushing", "body", "every"), veterans.STANDING, strict=True))
        values = {"whose": "o-1", "moment": FRIDAY, "message": "", **named}
        for statement, given in (
            (standing._found, values),
            (addressee._found._for(8), {f"among_{number}": number for number in range(8)} | {"purpose": "pushes"}),
        ):
            plan = planned(session, statement, given)
            assert "hashed" not in plan
            assert "Seq Scan on consent" not in plan


def planned(session: Session, statement: Prepared, values: dict[str, object]) -> str:
    compiled = statement._for(session.line.dialect)
    told = run_on(session.line, f"EXPLAIN {compiled.text}", compiled.parameters(values), gives=True)
    return "\n".join(row[0] for row in told.found)
