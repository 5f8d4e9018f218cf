"""Due rows one by one, each in a transaction of its own: a poison row is left behind and the others go on."""

import logging
from collections.abc import Callable, Iterable

from models.base import Session
from services.failures import described
from services.runtime import Runtime

log = logging.getLogger(__name__)


def one_by_one(rt: Runtime, what: str, numbers: Iterable[int], act: Callable[[Session, int], bool]) -> int:
    """Calls `act` for each number and says how many it did; `act` claims its row itself.

    A row that raises is logged by its number and tried again the next time.
    """
    done = 0
    for number in numbers:
        try:
            with rt.transaction() as session:
                done += act(session, number)
        except Exception as error:
            log.error("%s %d: %s", what, number, described(error))
    return done
