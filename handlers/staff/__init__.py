"""The console of the staff: one module a page, every route declared through handlers/staff/guard.py."""

from flask import Flask
from flask_bootstrap import Bootstrap5

from handlers.staff import (
    audit,
    broadcasts,
    bureau,
    calls,
    care,
    employers,
    exports,
    fairs,
    imports,
    menus,
    navigation,
    outcomes,
    outreach,
    people,
    policies,
    posting_pushes,
    postings,
    push_rules,
    reality,
    referrals,
    reports,
    settings,
    sign_in,
    silence,
    starts,
    talks,
    taught_words,
    texts,
    today,
)
from handlers.staff.guard import staff

__all__ = [
    "audit",
    "broadcasts",
    "bureau",
    "calls",
    "care",
    "employers",
    "exports",
    "fairs",
    "imports",
    "menus",
    "navigation",
    "outcomes",
    "outreach",
    "people",
    "policies",
    "posting_pushes",
    "postings",
    "push_rules",
    "reality",
    "referrals",
    "register",
    "reports",
    "settings",
    "sign_in",
    "silence",
    "starts",
    "talks",
    "taught_words",
    "texts",
    "today",
]


def register(app: Flask) -> None:
    """Puts the console on `app`. Bootstrap comes from the package, never from another server."""
    app.config.update(BOOTSTRAP_SERVE_LOCAL=True, WTF_I18N_ENABLED=False, WTF_CSRF_TIME_LIMIT=None)
    Bootstrap5(app)
    app.register_blueprint(staff)
