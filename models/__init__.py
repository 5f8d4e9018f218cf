"""The tables and their SQL, one noun a module. Knows nothing of web, channels or matching.

Every module is imported here, so that migrations and `create_all` see every table.
"""

from models import (
    account,
    allowance,
    audit,
    broadcast,
    cadence,
    conversation,
    delivery,
    employer,
    followup,
    heartbeat,
    helping,
    intake,
    link,
    nightly,
    notice,
    operation,
    organisation,
    placement,
    policy,
    posting,
    reality,
    recommendation,
    veteran,
)
from models.base import Base

__all__ = [
    "Base",
    "account",
    "allowance",
    "audit",
    "broadcast",
    "cadence",
    "conversation",
    "delivery",
    "employer",
    "followup",
    "heartbeat",
    "helping",
    "intake",
    "link",
    "nightly",
    "notice",
    "operation",
    "organisation",
    "placement",
    "policy",
    "posting",
    "reality",
    "recommendation",
    "veteran",
]
