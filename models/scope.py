"""Whose people somebody may see: those of their node and of everything under it. The filter of every people query."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, SQLColumnExpression, true

from models.base import Session
from models.organisation import branch


@dataclass(frozen=True, slots=True)
class Scope:
    """`nodes`: the ids it holds. `is_whole`: it stands at the top, so that people of no station are in it too."""

    nodes: frozenset[int]
    is_whole: bool = False

    def covers(self, node_id: int | None) -> bool:
        """Whether a person of that node is in it."""
        return self.is_whole or node_id in self.nodes

    def limits(self, column: SQLColumnExpression[int | None]) -> ColumnElement[bool]:
        """The condition for a query: `column` is the people's node."""
        return true() if self.is_whole else column.in_(sorted(self.nodes))


def scope_of(session: Session, node_id: int) -> Scope:
    """The scope of somebody who stands on that node."""
    nodes = branch(session, node_id)
    return Scope(frozenset(nodes), is_whole=node_id in nodes and nodes[node_id] is None)
