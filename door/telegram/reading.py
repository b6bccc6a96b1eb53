"""What an update is: from whom, where, with which words, and whether it is meant for us."""

from __future__ import annotations

from msgspec import Struct
from telegram import Message, MessageEntity, MessageOriginUser, Update
from telegram.constants import ChatType

import safety
from door.telegram import words
from door.telegram.letters import Place
from door.telegram.names import Names

OUR_COMMANDS = {name for name, _ in words.COMMANDS}


class Sender(Struct, frozen=True):
    """Who sent an update, and where its answer goes."""

    conversation: str
    person: int
    place: Place


def sender(update: Update, names: Names) -> Sender | None:
    """None where an update has no chat or nobody behind it (a channel's post, a button of an inline message)."""
    chat, message = update.effective_chat, update.effective_message
    # Who writes as a group or channel is that group or channel, not the account that Telegram puts in its place.
    in_name_of = message.sender_chat if message and not update.callback_query else None
    person = in_name_of or update.effective_user
    if chat is None or person is None:
        return None
    in_group = chat.type != ChatType.PRIVATE
    thread = getattr(message, "message_thread_id", None) if getattr(message, "is_topic_message", False) else None
    reply_to = message.message_id if message and in_group and not update.callback_query else None
    return Sender(names.conversation(chat.id, person.id), person.id, Place(chat.id, thread, reply_to))


def chat_of(update: object) -> int | None:
    """The chat whose messages are answered in order, or None where there is no order to keep."""
    chat = update.effective_chat if isinstance(update, Update) else None
    return chat.id if chat else None


def words_of(message: Message | None) -> str:
    """The words of a message, or of a photo's caption."""
    return (message.text or message.caption or "") if isinstance(message, Message) else ""


def in_danger(update: object) -> bool:
    """Whether the words of a message sound like an emergency."""
    text = words_of(update.effective_message) if isinstance(update, Update) and not update.callback_query else ""
    return safety.check(text).level == "emergency"


def question(message: Message, bot_name: str) -> str:
    """The words without the mention that called us."""
    text, mention = words_of(message), f"@{bot_name}".lower()
    while (at := text.lower().find(mention)) >= 0:
        text = text[:at] + text[at + len(mention):]
    return " ".join(text.split()).strip(" ,:") if text != words_of(message) else text


def is_addressed(message: Message, bot_id: int, bot_name: str) -> bool:
    """Whether a message in a group is meant for us: a mention, a reply to us, or a command."""
    replied = message.reply_to_message
    if replied and replied.from_user and replied.from_user.id == bot_id:
        return True
    entities = {**message.parse_entities(), **message.parse_caption_entities()}
    for entity, text in entities.items():
        if entity.type == MessageEntity.MENTION and text.lower() == f"@{bot_name}".lower():
            return True
        if entity.type == MessageEntity.TEXT_MENTION and entity.user and entity.user.id == bot_id:
            return True
        if entity.type == MessageEntity.BOT_COMMAND and entity.offset == 0:
            command, _, to = text.partition("@")
            # A bare command may be for another bot, unless it is one of ours.
            return to.lower() == bot_name.lower() if to else command.lower()[1:] in OUR_COMMANDS
    return False


def is_own_answer(message: Message, bot_id: int) -> bool:
    """Whether a forwarded message is one of ours."""
    origin = message.forward_origin
    return isinstance(origin, MessageOriginUser) and origin.sender_user.id == bot_id
