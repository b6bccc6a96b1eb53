"""Questions and how answers look."""

from tools.fake_telegram.people import Person, data, labels
from telegram_rasa import SOURCE, StandIn, custom, plain


def test_a_question_is_answered_with_its_source_as_a_link_and_the_date(person: Person) -> None:
    person.says("Can a PCSO search me?")
    [answer] = person.hears()
    assert answer["text"] == ("Answer to: Can a PCSO search me?\n\nSource: PCSO <Powers> & \"duties\", Dorset Police"
                              " · checked 21 November 2026")
    assert answer["links"] == [SOURCE["url"]]
    assert answer["given"]["link_preview_options"] == {"is_disabled": True}
    assert "reply_parameters" not in answer["given"]


def test_nothing_in_an_answer_is_read_as_markup(person: Person, rasa: StandIn) -> None:
    nasty = "<b>bold <a href='x'>& </i> &amp; <script> `*_[x](y)"
    person.says(nasty)
    [answer] = person.hears()
    assert answer["text"].startswith(f"Answer to: {nasty}")


def test_several_sources_are_a_list_and_one_without_an_address_is_no_link(person: Person, rasa: StandIn) -> None:
    rasa.prepare("several sources", {"text": "Text.", "custom": custom(sources=[
        {"title": "No address", "publisher": "Home Office"},
        {"title": "Kent Police: PCSOs", "publisher": "Kent Police", "url": "https://b.example"}])})
    person.says("several sources")
    [answer] = person.hears()
    assert answer["links"] == ["https://b.example"]
    assert answer["text"].endswith("Sources:\n• No address, Home Office\n• Kent Police: PCSOs\nchecked 21 November 2026")


def test_two_questions_get_two_messages_in_order_each_with_its_buttons(person: Person, rasa: StandIn) -> None:
    rasa.prepare("two", {"text": "First.", "custom": custom("role_definition"),
                         "buttons": [{"title": "More", "payload": "Tell me more"}]},
                 {"text": "Second.", "custom": plain("thanks")})
    person.says("two")
    first, second = person.hears(2)
    assert first["text"].startswith("First.") and second["text"] == "Second."
    assert labels(first) == ["More", "👍 This helped", "👎 This didn't"]
    assert labels(second) == []


def test_a_long_answer_is_cut_at_sentences_and_loses_nothing(person: Person, rasa: StandIn) -> None:
    sentences = [f"This is sentence number {number}, which says a little & <more> about PCSOs 👮." for number in range(150)]
    rasa.prepare("long", {"text": " ".join(sentences), "custom": custom(), "buttons": [{"title": "On", "payload": "On"}]})
    person.says("long")
    parts = person.hears(3)
    assert all(part["text"].endswith((".", "2026")) for part in parts)
    assert all(not part["keyboard"] for part in parts[:-1]) and labels(parts[-1])[0] == "On"
    whole = " ".join(part["text"] for part in parts)
    assert [whole.count(sentence) for sentence in sentences] == 150 * [1]
    assert whole.count("Source:") == 1


def test_typing_is_shown_while_it_thinks(person: Person, rasa: StandIn) -> None:
    rasa.delays["slow one"] = 1.0
    person.says("slow one")
    person.hears()
    assert person.api.called("sendChatAction", chat_id=person.chat, action="typing")


def test_an_edited_question_is_answered_again_but_only_if_its_words_changed(person: Person, rasa: StandIn) -> None:
    message = person.says("Can a PCSO arest me?")
    person.hears()
    person.edits(message, "Can a PCSO arest me?")  # as when a link's preview appears
    person.edits(message, "Can a PCSO arrest me?")
    answers = person.hears(2)
    assert "You changed your question" in answers[1]["text"] and "arrest" in answers[1]["text"]
    person.hears_nothing()
    assert len(rasa.senders("Can a PCSO arest me?")) == 1


def test_a_forwarded_message_is_answered_like_a_typed_one(person: Person) -> None:
    origin = {"type": "hidden_user", "date": 1, "sender_user_name": "Somebody"}
    person.says("What is a PCSO?", forward_origin=origin)
    assert person.hears()[0]["text"].startswith("Answer to: What is a PCSO?")


def test_a_forwarded_answer_of_our_own_is_not_asked_of_rasa(person: Person, api, channel) -> None:
    bot = {"id": api.tokens[channel.token], "is_bot": True, "first_name": "PCSO"}
    person.says("PCSOs are …", forward_origin={"type": "user", "date": 1, "sender_user": bot})
    assert "one of my own answers" in person.hears()[0]["text"]


def test_rasas_commands_cannot_be_typed(person: Person, rasa: StandIn) -> None:
    person.says("/powers_search{\"force\": \"dorset\"}")
    assert "I don't know that command" in person.hears()[0]["text"]
    person.says(" /powers_search")
    person.hears(2)
    assert not any(text.startswith("/") for _, text in rasa.asked)


def test_without_words_it_says_that_it_reads_text_only_and_names_999(person: Person) -> None:
    kinds = [{"voice": {"file_id": "a", "file_unique_id": "b", "duration": 3}},
             {"photo": [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]},
             {"sticker": {"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1, "is_animated": False,
                          "is_video": False, "type": "regular"}},
             {"document": {"file_id": "a", "file_unique_id": "b"}},
             {"video_note": {"file_id": "a", "file_unique_id": "b", "length": 1, "duration": 1}},
             {"contact": {"phone_number": "1", "first_name": "A"}},
             {"something_of_next_year": {"a": 1}}]
    for count, kind in enumerate(kinds, 1):
        person.sends(**kind)
        answer = person.hears(count)[-1]["text"]
        assert "I can only read text" in answer and "999" in answer


def test_an_album_is_answered_once(person: Person) -> None:
    for _ in range(4):
        person.sends(photo=[{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}], media_group_id="77")
    person.hears()
    person.hears_nothing()


def test_the_words_under_a_photo_are_answered(person: Person) -> None:
    person.sends(photo=[{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}], caption="Is this a PCSO?")
    text = person.hears()[0]["text"]
    assert "I can't see what you sent" in text and "Answer to: Is this a PCSO?" in text


def test_a_location_asks_for_the_town_and_offers_the_forces(person: Person) -> None:
    message = person.sends(location={"latitude": 50.7, "longitude": -2.4})
    [answer] = person.hears()
    assert "/force Derby" in answer["text"] and "999" in answer["text"]
    assert data(answer, "Avon").startswith("f:")
    person.api.bring(person.token, "edited_message", {**message, "location": {"latitude": 50.8, "longitude": -2.4}})
    person.hears_nothing()


def test_service_messages_and_other_bots_are_left_alone(person: Person, api, channel) -> None:
    person.sends(pinned_message={"message_id": 1, "date": 0, "chat": person.chat_object})
    bot = {"id": api.tokens[channel.token], "is_bot": True, "first_name": "PCSO"}
    person.says("Answer posted by inline mode", via_bot=bot)
    person.says("I am a bot", **{"from": {**person.user, "is_bot": True}})
    person.says("I am not")
    assert [answer["text"].split("\n")[0] for answer in person.hears()] == ["Answer to: I am not"]
