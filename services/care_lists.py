"""The monthly spot check and the helpers' queue as staff see them: names, numbers, rates with their margins."""

from dataclasses import dataclass
from datetime import date

from models import desk as desk_table
from models import organisation
from models.account import Role
from models.veteran import Veteran
from services import audit, helping, spot_checks, veterans
from services.actors import Actor, OutOfScope
from services.masking import masked_ids, masked_text
from services.runtime import Runtime
from services.spot_checks import Rate
from services.today import name_of


@dataclass(frozen=True, slots=True)
class Drawn:
    """One row to check by a call, with what the ledger says."""

    spot_check_id: int
    name: str
    phone: str
    says: str
    result: str
    wrong: tuple[str, ...]
    note: str
    by: str


@dataclass(frozen=True, slots=True)
class SpotChecked:
    """The month's check: error rates per station, and the rows (leaders see the rates only)."""

    month: str
    rates: tuple[tuple[str, Rate], ...]
    rows: tuple[Drawn, ...]


def spot_check(rt: Runtime, actor: Actor) -> SpotChecked:
    """This month's spot check in the actor's stations; the numbers to call are on the record as read."""
    month = f"{rt.today():%Y-%m}"
    with rt.transaction() as session:
        found = desk_table.drawn(session, actor.scope, month)
        names = {node.id: node.name for node in organisation.nodes(session)}
        rates = spot_checks.rates([check for check, _ in found])
        rows: list[Drawn] = []
        for check, veteran in found if actor.role != Role.LEADER else ():
            is_open = check.result not in ("right", "wrong")
            if is_open:
                audit.person_read(rt, session, actor.who, veteran.id, "spot_check", ("phone",))
            contact = veterans.contact_of(rt.keyring, veteran)
            profile = veterans.profile_of(session, veteran, rt.today())
            rows.append(
                Drawn(
                    spot_check_id=check.id,
                    name=name_of(rt, veteran),
                    phone=(contact.phone or "") if is_open else "",
                    says="，".join(part for part in (profile.employment_status, profile.willingness) if part) or "未填",
                    result=spot_checks.RESULTS.get(check.result, ""),
                    wrong=tuple(spot_checks.FIELDS[name] for name in check.wrong),
                    note=masked_ids(check.note),
                    by=check.checked_by,
                )
            )
    named = tuple((names.get(one.node_id or 0, "没有分到服务站"), one) for one in rates)
    return SpotChecked(month, named, tuple(rows))


@dataclass(frozen=True, slots=True)
class HelpLine:
    """One next step of a helper."""

    help_step_id: int
    veteran_id: int
    name: str
    helper: str
    reason: str
    text: str
    due_on: date
    is_late: bool


def help_queue(rt: Runtime, actor: Actor, *, mine: bool) -> list[HelpLine]:
    """What is to be done next, by day: the actor's own, or all of their stations."""
    with rt.reading() as session:
        found = desk_table.help_queue(session, actor.scope, actor.who if mine else None)
        return [
            HelpLine(
                step.id,
                veteran.id,
                name_of(rt, veteran),
                plan.helper,
                helping.REASONS[plan.reason],
                masked_text(step.text),
                step.due_on,
                step.due_on < rt.today(),
            )
            for step, plan, veteran in found
        ]


def name(rt: Runtime, actor: Actor, veteran_id: int, page: str = "help") -> str:
    """The name of one person of the actor's stations; the reading is on the record by its page. Raises OutOfScope."""
    with rt.transaction() as session:
        veteran = session.get(Veteran, veteran_id)
        if veteran is None or not actor.scope.covers(veteran.node_id):
            raise OutOfScope
        audit.person_read(rt, session, actor.who, veteran.id, page)
        return name_of(rt, veteran)
