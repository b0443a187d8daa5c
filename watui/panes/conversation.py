"""The conversation: the open chat's title, thread, foot and composer, and what is done within them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, TypeVar

from textual import events, getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message as Posted
from textual.widget import Widget
from textual.widgets import Input

from watui.bidi import in_order
from watui.caps import Cap
from watui.commands import Edit
from watui.completing import Candidate
from watui.messages import ChatAsked, Commanded, Copied, Paged, Sent
from watui.models import ChatKey, Message, number_of
from watui.panes.answering import Answer, AnswerLine
from watui.panes.completions import Completions
from watui.panes.composer import Composer
from watui.panes.doing import Doing
from watui.panes.field import Field
from watui.panes.foot import Foot
from watui.panes.thread import ThreadPane
from watui.panes.title import TitleLine
from watui.text import Safe, fit

Added = TypeVar("Added", bound=Widget)

SHORT = 18
"""Rows of the terminal below which there is no title."""


class FindField(Field):
    """One line of text to find; the arrow keys go from match to match."""

    MOVES: ClassVar[dict[str, tuple[str, int]]] = {"up": ("step", 1), "down": ("step", -1)}


class Conversation(Vertical):
    """Everything that concerns the open chat and needs no more than what is shown of it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "right_square_bracket", "app.unread(1)", "Next unread chat", key_display="]", id="thread.unread"
        ),
        Binding(
            "left_square_bracket",
            "app.unread(-1)",
            "Unread chat before",
            show=False,
            key_display="[",
            id="thread.unread_before",
        ),
        Binding(">", "app.faster", "Play faster", show=False, key_display=">", id="thread.faster"),
        Binding("m", "chat_menu", "This chat", show=False, key_display="m", id="thread.chat"),
    ]

    thread = getters.query_one(ThreadPane)
    composer = getters.query_one(Composer)
    titles = getters.query_one(TitleLine)
    foot = getters.query_one(Foot)

    @dataclass
    class LinkChosen(Posted):
        """A link is to be opened, where there is a browser."""

        url: str

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.doing = Doing(self)
        self._chat: ChatKey | None = None
        self._answers: dict[ChatKey, Answer] = {}
        self._from_composer = False
        self._placeholder = ""

    def compose(self) -> ComposeResult:
        """Lay out the panes."""
        yield TitleLine(id="title")
        yield ThreadPane(id="thread")
        yield Foot(id="foot")
        yield Composer(id="composer")

    # Two lines that are there from when they have something to say: the first paint need not wait for them.

    @cached_property
    def completions(self) -> Completions:
        """What may stand in the place of what is typed."""
        return self._added(Completions(id="completions"), before=self.foot)

    @cached_property
    def answering(self) -> AnswerLine:
        """Which message the text in the composer is for."""
        return self._added(AnswerLine(id="answer"), before=self.composer)

    def _added(self, widget: Added, before: Widget) -> Added:
        self.mount(widget, before=before)
        return widget

    def show_title(self, name: Safe, about: Safe, typing: tuple[Safe, ...]) -> None:
        """Show what the chat is called, and who is typing in it."""
        self.titles.show(name, about)
        self.foot.show_typing(typing)
        self._show_placeholder()

    def show_draft(self, chat: ChatKey | None, text: str) -> None:
        """Write to another chat from here on; a search was for the one before.

        Where a message is being edited, that goes on, and `text` waits until it is done.
        """
        edited = self._edited
        if edited is not None and self._chat is not None:
            self._answers[self._chat] = edited._replace(text=self.composer.text)
        going_on = self._answers.get(chat) if chat is not None else None
        if going_on is not None and going_on.edits and chat is not None:
            self._answers[chat] = going_on._replace(begun=text)
            text = going_on.text
        self._end_search()
        self._from_composer = False
        self._chat = chat
        self.composer.show_draft(chat, text)
        self._show_answer()

    def retreat(self) -> bool:
        """Go one level back within the conversation; False if there is none, and one leaves it."""
        focused = self.screen.focused
        if self.composer.decline():
            return True
        if self._end_search():
            self.screen.set_focus(self.thread)
        elif focused is self.composer and self._drop_answer():
            pass
        elif focused is self.composer:
            self._from_composer = False
            self.screen.set_focus(self.thread)
        elif focused is self.thread and self.thread.selected is not None:
            self.thread.deselect()
        else:
            return False
        return True

    # The cursor among the messages.

    @on(Composer.Above)
    def _select_last(self) -> None:
        self._from_composer = True
        self.screen.set_focus(self.thread)
        self.thread.action_select(-1)

    @on(ThreadPane.Left)
    def _deselect(self) -> None:
        self.thread.deselect()
        if self._from_composer:
            self._from_composer = False
            self.screen.set_focus(self.composer)

    @on(Paged)
    def _paged(self, message: Paged) -> None:
        message.stop()
        self.thread.action_page(message.pages)

    @on(ThreadPane.Told)
    def _told(self, message: ThreadPane.Told) -> None:
        self.foot.show_state(message.pill, message.found)

    @on(Foot.Clicked)
    def _to_newest(self) -> None:
        self.thread.action_last()

    def action_chat_menu(self) -> None:
        """Ask what can be done with the open chat."""
        self.post_message(ChatAsked(None))

    def on_mount(self) -> None:
        """Follow the focus at once, so that all that it changes is painted together."""
        self.watch(self.screen, "focused", self._show_writing, init=False)

    def on_resize(self, event: events.Resize) -> None:
        """Name the chat in the composer where there is no title: one must see to whom one writes."""
        self._show_placeholder()

    def _show_placeholder(self) -> None:
        name = self.titles.chat_name
        short = self.app.size.height < SHORT
        words = f"write to {in_order(fit(name, 40))}" if short and name else "write a message"
        if words != self._placeholder:
            self._placeholder = words
            self.composer.placeholder = Content(words)

    def _show_writing(self, focused: Widget | None) -> None:
        """Show where letters go."""
        foot = self.query_one_optional(Foot)
        if foot is not None:  # the focus moves once more while the screen is taken down
            foot.show_writing(writing=isinstance(focused, Composer))

    @on(ThreadPane.NotFound)
    def _not_found(self, message: ThreadPane.NotFound) -> None:
        self.notify(message.words, markup=False)

    # What is written.

    def show_candidates(self, candidates: Sequence[Candidate], cursor: int) -> None:
        """Show what may stand in the place of what is typed, and which of it is meant."""
        if candidates or "completions" in self.__dict__:
            self.completions.show(candidates, cursor)

    @on(Composer.Completing)
    def _completing(self, message: Composer.Completing) -> None:
        message.stop()
        self.show_candidates(message.candidates, message.cursor)

    @on(Completions.Clicked)
    def _completed(self, message: Completions.Clicked) -> None:
        message.stop()
        self.composer.take(message.index)

    @on(Completions.Wheel)
    def _wheel(self, message: Completions.Wheel) -> None:
        message.stop()
        self.composer.mean(message.by)

    @on(Composer.Counted)
    def _counted(self, message: Composer.Counted) -> None:
        message.stop()
        self.foot.show_count(message.words, over=message.over)

    @on(Composer.Refused)
    def _refused(self, message: Composer.Refused) -> None:
        message.stop()
        self.notify(message.words, markup=False, severity="warning")

    # What is done to a message.

    @property
    def chat(self) -> ChatKey | None:
        """The chat that is written to."""
        return self._chat

    def show_caps(self, caps: Cap) -> None:
        """Know what the gateway can do."""
        self.doing.caps = caps

    @on(ThreadPane.Asked)
    async def _asked(self, asked: ThreadPane.Asked) -> None:
        if not self.screen.is_active:
            return  # a second key, pressed before the dialog of the first one was there
        message = asked.message
        if asked.what == "find":
            await self._begin_search()
        elif asked.what == "menu" and message is None:
            self.thread.action_select(-1)
        elif message is not None:
            self.doing.do(asked.what, message)

    # What is written for a message that is there.

    @property
    def _edited(self) -> Answer | None:
        """What says which message the text in the composer is to replace."""
        answer = self._answers.get(self._chat) if self._chat is not None else None
        return answer if answer is not None and answer.edits else None

    @property
    def answers(self) -> Answer | None:
        """What says which message the text in the composer answers."""
        answer = self._answers.get(self._chat) if self._chat is not None else None
        return None if answer is None or answer.edits else answer

    @property
    def draft(self) -> str:
        """What was begun to be written to the chat; the other text of a message that is there is none."""
        return self._edited.begun if self._edited is not None else self.composer.text

    def give_back(self, text: str) -> None:
        """Let the person go on with a text that was not sent, before what was begun since."""
        edited = self._edited
        begun = "\n".join(filter(None, [text, self.draft]))
        if edited is not None and self._chat is not None:
            self._answers[self._chat] = edited._replace(begun=begun)
        else:
            self.composer.show_draft(self._chat, begun)

    def follow(self, old: ChatKey, new: ChatKey) -> None:
        """Go on in the chat that another one turned out to be."""
        self.thread.follow(old, new)
        answer = self._answers.pop(old, None)
        if answer is not None:
            self._answers.setdefault(new, answer)
        if self._chat == old:
            self._chat = new
            self.composer.write_to(new)

    def end_answer(self) -> None:
        """Take note that the answer was given."""
        if self.answers is not None and self._chat is not None:
            del self._answers[self._chat]
            self._show_answer()

    def answer(self, message: Message, *, alone: bool) -> None:
        """Let what is written next answer a message; `alone`: without quoting it, which is said before."""
        self._drop_answer()
        self._begin(Answer(message, alone=alone))

    def rewrite(self, message: Message, text: str | None = None) -> None:
        """Let the person write an own message anew, beginning with what it says or with another `text`."""
        self._drop_answer()
        answer = Answer(message, edits=True, begun=self.composer.text)
        self.composer.show_draft(self._chat, message.text if text is None else text)
        self._begin(answer)

    def edit_failed(self, chat: ChatKey, message_id: Safe, text: str) -> bool:
        """Give a text back that could not replace another, where nothing else was begun; whether it could."""
        message = self.thread.message(message_id) if chat == self._chat else None
        if message is None or self.composer.text or self._chat in self._answers:
            return False
        self.rewrite(message, text)
        return True

    def _begin(self, answer: Answer) -> None:
        if self._chat is not None:
            self._answers[self._chat] = answer
            self._show_answer()
            self.screen.set_focus(self.composer)

    def _drop_answer(self) -> bool:
        """Answer nothing any more, and go on with what was begun before; whether there was anything."""
        answer = self._answers.pop(self._chat, None) if self._chat is not None else None
        if answer is None:
            return False
        if answer.edits:
            self.composer.show_draft(self._chat, answer.begun)
        self._show_answer()
        return True

    def _show_answer(self) -> None:
        answer = self._answers.get(self._chat) if self._chat is not None else None
        if answer is not None:
            self.answering.show(answer, self.who_wrote(answer.message))
        elif "answering" in self.__dict__:
            self.answering.show(None)

    @on(Sent)
    def _sent(self, sent: Sent) -> None:
        """Send what is written as what it is: an answer goes with its quote, another text is a command."""
        answer = self._answers.get(sent.chat) if sent.chat is not None else None
        if answer is None or sent.chat is None:
            return
        if not answer.edits:
            sent.quote = answer.quote  # whoever sends it ends the answer: it may be a command
            return
        del self._answers[sent.chat]
        self._show_answer()
        sent.stop()
        self.composer.show_draft(self._chat, answer.begun)
        if sent.text != answer.message.text:
            self.post_message(Commanded(Edit(answer.message.chat, answer.message.id, sent.text)))

    def who_wrote(self, message: Message) -> Safe:
        """Name whoever wrote a message."""
        if message.own:
            return Safe("you")
        if message.sender is None:
            return self.titles.chat_name
        return self.thread.names.get(message.sender) or message.sender_name or number_of(message.sender)

    @on(ThreadPane.Selected)
    def _selected(self, message: ThreadPane.Selected) -> None:
        if message.text:
            self.post_message(Copied(message.text, "what you selected"))

    # Searching.

    async def _begin_search(self) -> None:
        if await FindField.open(self, "find in this chat", before=self.foot):
            self.thread.begin_find()

    def _end_search(self) -> bool:
        """End a search; whether there was one."""
        if not FindField.close(self):
            return False
        self.thread.end_find()
        return True

    @on(Field.Moved)
    def _moved(self, message: Field.Moved) -> None:
        message.stop()
        self.thread.action_found(message.by)

    @on(Input.Changed)
    def _find(self, event: Input.Changed) -> None:
        event.stop()
        self.thread.find(event.value)

    @on(Input.Submitted)
    def _found(self, event: Input.Submitted) -> None:
        event.stop()
        self.screen.set_focus(self.thread)
