"""The four-level organisation: prefecture, county, township, village. Every person and figure belongs to a node."""

from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, bindparam, select
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Session
from models.prepared import prepared


class Level(StrEnum):
    """The level of a node."""

    PREFECTURE = "prefecture"
    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"


class Node(Base):
    """A bureau, centre or station. `region` is the area code of the place it serves (six or nine digits).

    `code`: what its printed QR code says, once the platform has given it.
    """

    __tablename__ = "node"

    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("node.id"), index=True)
    level: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(64))
    region: Mapped[str] = mapped_column(String(12), default="")
    code: Mapped[str] = mapped_column(String(200), default="", server_default="")


def node_named(session: Session, name: str) -> Node | None:
    """The node of that name; the topmost where several bear it."""
    return session.scalars(select(Node).where(Node.name == name).order_by(Node.id)).first()


def county_node(session: Session) -> Node | None:
    """The bureau's own node: the first county."""
    return session.scalars(select(Node).where(Node.level == Level.COUNTY).order_by(Node.id)).first()


def nodes(session: Session) -> list[Node]:
    """All nodes, the topmost first."""
    return list(session.scalars(select(Node).order_by(Node.id)))


@prepared
def _branch(_insert: Any) -> Any:
    below = select(Node.id, Node.parent_id).where(Node.id == bindparam("top")).cte("below", recursive=True)
    below = below.union_all(select(Node.id, Node.parent_id).where(Node.parent_id == below.c.id))
    return select(below.c.id, below.c.parent_id)


def branch(session: Session, node_id: int) -> dict[int, int | None]:
    """A node and everything under it, each with what it belongs to. Every page of the console begins with it."""
    return {row[0]: row[1] for row in _branch.all(session, top=node_id)}


def nodes_below(session: Session, node_id: int) -> list[int]:
    """The ids of a node and of everything under it."""
    return list(branch(session, node_id))
