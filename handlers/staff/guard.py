"""The door of the console: every page declares who may open it, and nothing opens that was not declared.

`page` is the only way to add a route. Before a handler runs, `_guard` has made sure that somebody is signed in, that
nothing of the signing-in is left to do, that their role may open the page, and that the person in the address belongs
to their stations.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar, cast

from flask import Blueprint, abort, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from handlers.current import runtime
from handlers.staff import bounds
from models.account import Role
from services import sign_ins
from services.actors import Actor, OutOfScope
from services.sign_ins import Step, Visitor

TOKEN: Final = "staff"  # noqa: S105 - the name under which the cookie holds it

Roles = frozenset[Role]
EVERYBODY: Final[Roles] = frozenset(Role)
#: Who works with people: reads and writes within their stations.
PEOPLE: Final[Roles] = frozenset({Role.CLERK, Role.BUREAU})
#: Who may look at people without changing anything.
READERS: Final[Roles] = PEOPLE | {Role.LEADER}
BUREAU: Final[Roles] = frozenset({Role.BUREAU})
OFFICE: Final[Roles] = frozenset({Role.BUREAU, Role.ADMIN})
ADMIN: Final[Roles] = frozenset({Role.ADMIN})
#: Pages before or during signing in.
NOBODY_YET: Final[Roles] = frozenset()

staff = Blueprint("staff", __name__, url_prefix="/staff")


@dataclass(frozen=True, slots=True)
class Permission:
    """Who may open a page. `during`: the step of signing in that it belongs to."""

    roles: Roles
    during: Step | None = None


PERMISSIONS: Final[dict[str, Permission]] = {}

View = TypeVar("View", bound=Callable[..., Any])


def page(
    rule: str, *, roles: Roles, methods: tuple[str, ...] = ("GET",), during: Step | None = None
) -> Callable[[View], View]:
    """Adds a page of the console. Every variable of its address must be known to handlers/staff/bounds.py."""

    def add(view: View) -> View:
        unknown = bounds.variables(rule) - bounds.known()
        if unknown:
            raise LookupError(f"{view.__name__}: handlers/staff/bounds.py does not say whose {sorted(unknown)} is")
        endpoint = f"staff.{view.__name__}"
        if endpoint in PERMISSIONS:
            raise LookupError(f"two pages are called {view.__name__}")
        PERMISSIONS[endpoint] = Permission(roles, during)
        staff.add_url_rule(rule, view.__name__, view, methods=methods)
        return view

    return add


def may_open(role: Role, endpoint: str) -> bool:
    """Whether there is such a page and the role may open it: what navigation and links go by."""
    permission = PERMISSIONS.get(endpoint)
    return permission is not None and role in permission.roles


def visitor() -> Visitor:
    """The signed-in browser; only in pages behind the guard."""
    return cast("Visitor", g.visitor)


def actor() -> Actor:
    """Who acts; what services and queries of people take."""
    return visitor().actor


def address() -> str:
    """Where the browser is, for the log of signing in."""
    return request.remote_addr or ""


def step_page(step: Step) -> str:
    """The address of a step of signing in."""
    return url_for({Step.SECOND: "staff.second", Step.ENROL: "staff.enrol", Step.PASSWORD: "staff.password"}[step])


@staff.before_request
def _guard() -> ResponseReturnValue | None:
    permission = PERMISSIONS.get(request.endpoint or "")
    if permission is None:
        abort(403)
    token = session.get(TOKEN)
    g.visitor = sign_ins.visitor(runtime(), token) if token else None
    if permission.roles == NOBODY_YET and permission.during is None:
        return None
    if g.visitor is None:
        return _to_sign_in()
    if g.visitor.step is not None:
        return None if permission.during == g.visitor.step else redirect(step_page(g.visitor.step))
    if permission.roles == NOBODY_YET:
        return redirect(url_for("staff.today"))
    if g.visitor.actor.role not in permission.roles:
        abort(403)
    _check_bounds(request.view_args or {}, g.visitor.actor)
    return None


def _to_sign_in() -> ResponseReturnValue:
    session.pop(TOKEN, None)
    # Only the path: a search may hold a name, and it would stand in the address of the sign-in page.
    back = request.path if request.method == "GET" and request.path != url_for("staff.today") else None
    return redirect(url_for("staff.sign_in", back=back))


def _check_bounds(values: Mapping[str, Any], who: Actor) -> None:
    with runtime().reading() as open_session:
        for name, value in values.items():
            nodes = bounds.nodes_of(open_session, name, value)
            if nodes is not None and not any(who.scope.covers(node) for node in nodes):
                raise OutOfScope
