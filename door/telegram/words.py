"""Everything the channel says in words of its own: plain English, short, 999 first where it matters.

Answers about PCSOs are not here: they come from Rasa and data/knowledge. The 999 sentence and
'something is broken' come from `safety`. All texts are plain; whoever sends them escapes them.
"""

from __future__ import annotations

CALL_999 = "In an emergency call 999."

START = """In an emergency call 999. I can't send help.

I'm a chatbot, not a person. I answer questions about Police Community Support Officers (PCSOs) in England and Wales: what they do, \
their powers, how to become one, and how to reach them.

Ask me in your own words, or tap a question below. Where I say something, I show where it comes from and when it was checked.

For local answers, tell me your police force: send /force."""

HELP = """In an emergency call 999. Otherwise the police are on 101.

Ask me about PCSOs in your own words, for example:
• What does a PCSO do?
• Can a PCSO search me?
• How do I become a PCSO in Dorset?

/force – choose your police force, for local answers
/privacy – what is kept about this chat
/forget – delete what is kept about this chat

I read text only, and I can't take reports of crime. In a group I answer when you mention me, reply to me or send a command."""

UNKNOWN_COMMAND = "I don't know that command. This is what I can do."
DEEP_LINK = "In an emergency call 999. I'm a chatbot that answers questions about PCSOs; ask me anything else about them too."

CHOOSE_FORCE = "Which police force is yours? Type your town after the command, for example /force Derby, or choose from the list."
CHOOSE_FORCE_AGAIN = "I don't know a place called that. Try the nearest larger town, for example /force Derby, or choose from the list."
WHICH_FORCE = "There is more than one place of that name. Which police force do you mean?"
FORCE_KEPT = "I'll answer for {force} from now on."
FORCE_BUTTON = "Choose my police force"

LOCATION = """I can't tell from a point on the map which police force it is in, and I don't keep the location you sent.

Tell me the town instead, for example: /force Derby. Or choose your police force from the list.

If you need help at that place now, call 999."""

ONLY_TEXT = """I can only read text, so I don't know what you sent.

If you need help now, call 999. If you can't speak, call 999 from a mobile, listen, and press 55 when asked.

For anything else, type your question in a few words."""
ONLY_CAPTION = "I can't see what you sent. I read only the words with it."
EDITED = "You changed your question, so here is the answer to the new one."
MY_OWN_WORDS = "That is one of my own answers. What would you like to know about it? Ask in a few words."

TOO_FAST = "You're sending messages faster than I can answer. Please wait {seconds} seconds. In an emergency call 999."
TOO_FAST_BUTTON = "Too fast. Please wait {seconds} seconds."
OLD_BUTTON = "This button is too old. Please type your question instead."

HELPED, NOT_HELPED = "👍 This helped", "👎 This didn't"
THANKS_HELPED = "Thank you. Good to know."
THANKS_NOT_HELPED = "Thank you for telling me. Try asking in other words, or call 101."
NOT_YOURS_TO_RATE = "Only the person who asked can say whether it helped."
RATING_GONE = "This answer is no longer kept."

GROUP_HELLO = """Hello. I'm a chatbot that answers questions about PCSOs. In an emergency call 999: I can't send help.

In this group I answer only when you mention @{bot}, reply to me, or send a command. I keep each person's questions apart."""

PRIVACY = """What is kept of this chat

• Your questions and my answers pass through the assistant, which keeps the last few of them and your police force for up to \
{days} days, so that you can ask 'and in Dorset?'. Then they are deleted.
• This chat is filed under a scrambled code, not under your name or Telegram number.
• While your message waits for its answer (usually under a second) it is held in our database, then wiped.
• For each answer I keep its subject, and whether you said it helped, but not your words.
• Please don't send names, addresses or phone numbers. I don't need them.
• Telegram keeps its own copy of this chat, under its own rules.

Held about this chat right now
{held}

/forget deletes all of this at once."""
HELD_FORCE = "• Police force: {force}"
HELD_NO_FORCE = "• Police force: none"
HELD_ANSWERS = "• Subjects of answers: {answers}, {rated} of them marked by you"
HELD_UNKNOWN = "• I can't look it up just now. Please try again in a few minutes."

FORGOTTEN = """Done. What was kept about this chat was deleted on {when}: your questions, your police force and your feedback.

Telegram still has its own copy. To remove that, delete this chat in Telegram."""
FORGOTTEN_LATER = """Your police force and your feedback were deleted on {when}. Part of the system isn't answering just now; \
it will delete your questions as soon as it is back, without you doing anything.

Telegram still has its own copy. To remove that, delete this chat in Telegram."""
NOT_FORGOTTEN = "Sorry, I couldn't delete it just now. Please send /forget again in a few minutes."

SOURCE, SOURCES, CHECKED = "Source", "Sources", "checked {date}"
PREVIOUS, NEXT, PAGE = "‹ Back", "More ›", "{page} of {pages}"
CHOSEN = "✓ {name}"

INLINE_999 = "In danger? Call 999 now"
INLINE_BROKEN = "I can't answer just now"

# (command, what the menu says)
COMMANDS = (
    ("start", "Begin, and see example questions"),
    ("help", "What I can do"),
    ("force", "Choose your police force"),
    ("privacy", "What is kept about this chat"),
    ("forget", "Delete what is kept about this chat"),
)
# Telegram allows 512 characters, shown in an empty chat, and 120, shown on the profile.
DESCRIPTION = """In an emergency call 999. I can't send help.

I answer questions about Police Community Support Officers (PCSOs) in England and Wales: what they do, their powers, how to become \
one and how to reach them. I show where each answer comes from.

I'm a chatbot, not a person."""
SHORT_DESCRIPTION = "Answers questions about PCSOs in England and Wales. A chatbot. In an emergency call 999."
