"""Who acts: the signed-in member of staff as every service and every query of people takes them."""

from dataclasses import dataclass

from models.account import Role
from models.scope import Scope
from services.errors import ServiceError


@dataclass(frozen=True, slots=True)
class Actor:
    """A member of staff: what they may do (`role`) and whose people they may see (`scope`)."""

    account_id: int
    sign_in: str
    name: str
    role: Role
    node_id: int
    scope: Scope

    @property
    def who(self) -> str:
        """Name and sign-in name, as rows that record an act keep it: two people may share a name."""
        return f"{self.name}（{self.sign_in}）"


class OutOfScope(ServiceError):
    """Not there, or not of the actor's stations: the answer does not say which."""

    def __init__(self) -> None:
        super().__init__("staff.out_of_scope", 404, "没有找到。可能编号不对，或者不归您的服务站管。")
