"""One turn as the flows see it: the state so far, what came in, what was understood; and how they answer."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from bot import choices, cues, questions
from bot.changed import changed
from bot.events import Event
from bot.nlu.gates import Gate
from bot.nlu.heard import Heard
from bot.slots import Slots
from bot.types import Conversation, Inbound, Pending, Reference, Reply, State, Turn, Waiting
from matching.taxonomy.place import Place

Step = Reply | Event


@dataclass(frozen=True)
class Scene:
    """Everything one turn may look at."""

    conversation: Conversation
    heard: Heard
    inbound: Inbound
    now: datetime
    home: Place | None = field(default=None)

    @property
    def today(self) -> date:
        """The day in China: `now` is China time."""
        return self.now.date()

    @cached_property
    def text(self) -> str:
        """The message as cues read it."""
        return cues.clean(self.inbound.text)

    @cached_property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of a message that is nothing but numbers."""
        return choices.numbers(self.inbound.text)

    @property
    def intent(self) -> str:
        """What the message wants, as understood."""
        return self.heard.intent

    @property
    def slots(self) -> Slots:
        """What the message says."""
        return self.heard.slots

    @cached_property
    def gate(self) -> Gate:
        """Which patterns the message may match at all."""
        return Gate(self.text)

    def says(self, cue: str) -> bool:
        """Whether a cue stands in the message."""
        pattern = cues.SINGLE[cue]
        return self.gate.lets(pattern) and pattern.search(self.text) is not None

    def which(self, group: str) -> str | None:
        """The first cue of a group that stands in the message."""
        return cues.which(group, self.text, self.gate)

    def every(self, group: str) -> tuple[str, ...]:
        """All cues of a group that stand in the message."""
        return cues.every(group, self.text, self.gate)

    @property
    def number(self) -> int | None:
        """The number, where the message is one number and nothing else."""
        return self.numbers[0] if len(self.numbers) == 1 else None

    @property
    def agrees(self) -> bool:
        """Whether the message says yes to a question with the choices 1 yes, 2 no."""
        if self.number is not None:
            return self.number == 1
        return not self.says("no") and (self.slots.confirm is True or self.says("yes"))

    @property
    def refuses(self) -> bool:
        """Whether the message says no to a question with the choices 1 yes, 2 no."""
        if self.number is not None:
            return self.number == 2
        return self.slots.confirm is False or self.says("no")

    def waits_for(self, what: Waiting) -> Pending | None:
        """The open question, if it is of that kind."""
        pending = self.conversation.pending
        return pending if pending is not None and pending.what is what else None

    def answer(
        self, *steps: Step, refers_to: Reference | None = None, intent: str | None = None, **changes: Any
    ) -> Turn:
        """The turn that takes these steps and changes these fields of the conversation; `unclear` starts anew."""
        conversation = changed(self.conversation, **{"unclear": 0, **changes})
        return Turn(conversation, tuple(steps), intent or self.intent, refers_to)

    def settled(self, *steps: Step, state: State = State.IDLE, **changes: Any) -> Turn:
        """An answer that leaves no question open."""
        return self.answer(*steps, **{"state": state, "asked": None, "pending": None, **changes})

    def with_conversation(self, **changes: Any) -> "Scene":
        """The same message in a conversation with some fields changed."""
        return changed(self, conversation=changed(self.conversation, **changes))

    def choices(self, key: str) -> tuple[questions.Choice, ...]:
        """The numbered choices of a profile question."""
        return questions.choices_of(questions.BY_KEY[key], self.home)


def ask(key: str, offered: Sequence[questions.Choice]) -> Reply:
    """The text of a profile question with its numbered choices."""
    return Reply(f"profile/ask_{key}", {"choices": [choice.label for choice in offered]})
