"""The organisation's nodes: the bureau and the stations under it."""

from collections.abc import Iterable
from dataclasses import dataclass

from channels.base import ChannelError
from models import organisation
from models.organisation import Level, Node
from models.scope import Scope
from services import audit, veterans
from services.actors import Actor, OutOfScope
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


@dataclass(frozen=True, slots=True)
class Station:
    """A node as its page shows it. `code`: what its QR code says; "" = not made yet."""

    node_id: int
    name: str
    code: str


class NoCode(ServiceError):
    """The platform gives no code; the message says why and what helps."""

    def __init__(self, meaning: str) -> None:
        other = "也可以打印公众号自己的二维码，老兵关注后把姓名和手机号发来，就会归到他的服务站。"
        super().__init__("stations.no_code", 409, f"二维码没有做成：{meaning}。{other}")


def listed(rt: Runtime, actor: Actor) -> list[Station]:
    """The actor's stations with their codes."""
    with rt.reading() as session:
        return [Station(one.id, one.name, one.code) for one in organisation.nodes(session) if _covers(actor, one)]


def make_code(rt: Runtime, actor: Actor, node_id: int) -> None:
    """Asks the platform for the station's lasting code, once. Raises OutOfScope, NoCode."""
    with rt.reading() as session:
        node = session.get(Node, node_id)
    if node is None or not _covers(actor, node):
        raise OutOfScope
    if node.code:
        return
    try:
        code = rt.channel.scene_code(f"{veterans.STATION_SCENE}:{node_id}")
    except ChannelError as error:
        raise NoCode(error.meaning) from None
    with rt.transaction() as session:
        session.get_one(Node, node_id).code = code
        audit.note(rt, session, actor.who, "station.code", f"node:{node_id}")


def _covers(actor: Actor, node: Node) -> bool:
    return actor.scope.covers(node.id)


def within(rt: Runtime, scope: Scope) -> list[tuple[int, str]]:
    """The nodes of a scope to choose from, by number and name."""
    with rt.reading() as session:
        return [(node.id, node.name) for node in organisation.nodes(session) if scope.covers(node.id)]
