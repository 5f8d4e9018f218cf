"""The door of the console: every page declares who may open it, and nothing opens that was not declared.

`page` is the only way to add a route. Before a handler runs, `_guard` has made sure that somebody is signed in, that
nothing of the signing-in is left to do, that their role may open the page, and that the person in the address belongs
to their stations.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar, cast

from flask import Blueprint, Response, abort, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from handlers.current import runtime
from handlers.staff import bounds
from models.account import Role
from services import audit, sign_ins
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
    """Who may open a page. `during`: the step of signing in that it belongs to. `names`: it lists people by name.

    `acts`: what its form does to the person in its address, as the audit trail calls it.
    """

    roles: Roles
    during: Step | None = None
    names: bool = False
    acts: str = ""


PERMISSIONS: Final[dict[str, Permission]] = {}

View = TypeVar("View", bound=Callable[..., Any])


def page(
    rule: str,
    *,
    roles: Roles,
    methods: tuple[str, ...] = ("GET",),
    during: Step | None = None,
    names: bool = False,
    acts: str = "",
) -> Callable[[View], View]:
    """Adds a page of the console. Every variable of its address must be known to handlers/staff/bounds.py.

    `names`: it lists people by name, and each opening of it goes on the record here. What shows one person, or
    uncovers a number, is put on the record by the service that reads it. `acts`: its form is put on the record here,
    before it is acted on ("case.step"); without it the service does so, with what it changed.
    """

    def add(view: View) -> View:
        unknown = bounds.variables(rule) - bounds.known()
        if unknown:
            raise LookupError(f"{view.__name__}: handlers/staff/bounds.py does not say whose {sorted(unknown)} is")
        endpoint = f"staff.{view.__name__}"
        if endpoint in PERMISSIONS:
            raise LookupError(f"two pages are called {view.__name__}")
        PERMISSIONS[endpoint] = Permission(roles, during, names, acts)
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
    numbers = _check_bounds(request.view_args or {}, g.visitor.actor)
    if permission.acts and request.method == "POST":
        audit.acted(runtime(), g.visitor.actor.who, permission.acts, numbers)
    return None


@staff.after_request
def _note_names(response: Response) -> Response:
    permission = PERMISSIONS.get(request.endpoint or "")
    if permission is not None and permission.names and response.status_code == 200:
        audit.list_read(runtime(), actor().who, (request.endpoint or "").removeprefix("staff."))
    return response


def _to_sign_in() -> ResponseReturnValue:
    session.pop(TOKEN, None)
    # Only the path: a search may hold a name, and it would stand in the address of the sign-in page.
    back = request.path if request.method == "GET" and request.path != url_for("staff.today") else None
    return redirect(url_for("staff.sign_in", back=back))


def _check_bounds(values: Mapping[str, Any], who: Actor) -> list[int]:
    """Raises OutOfScope unless everybody the address is about is of the actor's stations; their numbers."""
    numbers: list[int] = []
    with runtime().reading() as open_session:
        for name, value in values.items():
            people = bounds.people_of(open_session, name, value)
            if people is not None and not any(who.scope.covers(one.node_id if one else None) for one in people):
                raise OutOfScope
            numbers += [one.id for one in people or () if one is not None]
    return numbers
