"""The organisation's nodes: the bureau and the stations under it."""

from collections.abc import Iterable

from models import organisation
from models.organisation import Level, Node
from models.scope import Scope
from services.errors import ServiceError
from services.runtime import Runtime


def set_up(rt: Runtime, bureau: tuple[str, str], stations: Iterable[tuple[str, str]]) -> int:
    """Makes the bureau and its township stations, each (name, area code); what is there stays. How many are new."""
    with rt.transaction() as session:
        made = 0
        county = organisation.county_node(session)
        if county is None:
            county = Node(level=Level.COUNTY, name=bureau[0], region=bureau[1])
            session.add(county)
            session.flush()  # the stations name it
            made += 1
        for name, region in stations:
            if organisation.node_named(session, name) is None:
                session.add(Node(parent_id=county.id, level=Level.TOWNSHIP, name=name, region=region))
                made += 1
        return made


class UnknownStation(ServiceError):
    """No node bears that name."""

    def __init__(self, name: str) -> None:
        super().__init__("stations.unknown", 404, f"没有叫“{name}”的单位。请照台账里服务站的全名填。")


def find(rt: Runtime, name: str) -> int:
    """The number of the node of that name; "" = the bureau, made where there is none. Raises UnknownStation."""
    if not name:
        set_up(rt, (rt.office.name, rt.office.region), ())
    with rt.reading() as session:
        node = organisation.node_named(session, name) if name else organisation.county_node(session)
    if node is None:
        raise UnknownStation(name)
    return node.id


def within(rt: Runtime, scope: Scope) -> list[tuple[int, str]]:
    """The nodes of a scope to choose from, by number and name."""
    with rt.reading() as session:
        return [(node.id, node.name) for node in organisation.nodes(session) if scope.covers(node.id)]
