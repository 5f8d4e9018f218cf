"""Which station a town of a sheet belongs to."""

from models import organisation
from models.base import Session
from services.intake.cells.text import key


def stations_by_name(session: Session) -> dict[str, int]:
    """Node ids by name, and by name without what makes it a station (潼川镇退役军人服务站 → 潼川镇)."""
    found: dict[str, int] = {}
    for node in organisation.nodes(session):
        name = key(node.name)
        for ending in ("退役军人服务站", "退役军人服务中心", "服务站", "服务中心"):
            found.setdefault(name.removesuffix(ending), node.id)
        found.setdefault(name, node.id)
    return found
