"""Reminders a veteran asked for (“到了叫我”): sent once, on the day."""

from models import veteran as veterans_table
from services import outbox
from services.runtime import Runtime
from services.texts import render


def send_due(rt: Runtime, limit: int = 100) -> int:
    """Sends what has come due; how many."""
    now = rt.now()
    with rt.transaction() as session:
        due = veterans_table.due_reminders(session, rt.today(), limit)
        for interest in due:
            interest.reminded_at = now
            veteran = veterans_table.veteran_by_id(session, interest.veteran_id)
            if veteran is not None:
                text = render(session, "reminders/due", words=interest.words)
                message = outbox.Message(f"reminder:{interest.id}", text)
                outbox.enqueue(session, veteran, "reminder", message, now)
        return len(due)
