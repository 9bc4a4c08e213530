"""The words of reasons: one for each signal, one for many; leads in at most eight."""

from dataclasses import replace

import pytest

from recommender.explanation.phrases import (
    AS_WRITTEN,
    BY_START,
    CHARACTER,
    DECADE,
    IN_THE_WAY,
    IS_START,
    LEFT_OUT,
    LIKE_START,
    LIKELY_TASTE,
    NEW_ARTIST,
    TASTE,
    describe_facts,
    describe_lead,
    describe_left_out,
    describe_new_artist,
    describe_pick,
    is_known,
    list_sentences,
)
from recommender.mix import Pick, Reason, WhyLeftOut
from recommender.ranking.candidates import LIFTED
from recommender.song import Song


def pick(*reasons):
    return Pick(Song("", "Theirs", ("Cy",)), 0, 0.5, 1, None, {}, reasons)


SAID = {
    Reason("artist", 4): "You’ve saved 4 of their songs",
    Reason("artist", 1): "You’ve saved 1 of their songs",
    Reason("record", 2, words=("1969–1970",)): "You’ve saved 2 of their songs from 1969–1970",
    Reason("guests", 1200, "Di"): "With Di (you’ve saved 1,200 songs)",
    Reason("scene", 12, words=("folk",), is_minimum=True): "Folk: you’ve saved at least 12 songs",
    Reason("era", 1200, words=("1999",)): "You’ve saved 1,200 songs from 1999",
    Reason("best_known", artist="Cy"): "One of their best-known songs",
    Reason("mood", 3, is_minimum=True): "Sounds like at least 3 songs you’ve saved",
    Reason("genre", 2, "Di", ("folk",)): "Folk, like Di",
    Reason("genre", 2, "Di", ("folk", "pop")): "Folk, pop, like Di",
    Reason("scene", 9, words=("alternative r&b",)): "Alternative R&B: you’ve saved 9 songs",
    Reason("genre", 2, "Di", ("edm", "uk garage")): "EDM, UK garage, like Di",
    Reason("script", 9, words=("Cyrillic",)): "Titled in Cyrillic, like 9 of your songs",
    Reason("genre", 2, "Di"): "Genres like those of Di",
    Reason("sound", artist="Di", title="Ours"): "Sounds like Ours by Di, which you saved",
    Reason("sound", title="Demo"): "Sounds like Demo, which you saved",
    Reason(TASTE, words=("Folk rock: Ann, Bo",)): "Fits your taste “Folk rock: Ann, Bo”",
    Reason(LIKELY_TASTE, words=("Folk rock: Ann, Bo",)): "Probably fits your taste “Folk rock: Ann, Bo”",
    Reason(NEW_ARTIST): "By an artist who is new to you",
    Reason(DECADE, words=("1970s",)): "From the 1970s",
    Reason(CHARACTER, words=("calm", "acoustic")): "It is calm and acoustic",
    Reason(LIKE_START, artist="Nick Drake"): "Like Nick Drake, your starting point",
    Reason(LIKE_START, artist="Di", title="Ours"): "Like Ours by Di, your starting point",
    Reason(BY_START, artist="Nick Drake"): "By Nick Drake, your starting point",
    Reason(IS_START): "Your starting point",
}
TOGETHER = Reason("together", 1, "Toto", title="Africa", n_together=31, n_playlists=2000)
CIRCLE = Reason("circle", 2, "Toto", n_together=1, n_playlists=2000)
LONG = "The Presidents of the United States of America"
SHORTENED = {
    TOGETHER: ("In 31 of 2,000 playlists with Africa", "You saved Africa by Toto"),
    replace(TOGETHER, title="Hold the Line"): (
        "Goes with Hold the Line",
        "In 31 of 2,000 playlists together with that song by Toto, which you saved",
    ),
    replace(TOGETHER, title="Stop Loving You (Live in Paris, 2020 Remaster)"): (
        "Goes with a song you saved",
        "In 31 of 2,000 playlists together with Stop Loving You (Live in Paris, 2020 Remaster) by Toto",
    ),
    CIRCLE: (
        "Its artist goes with Toto",
        "Both are in 1 of 2,000 playlists, and you’ve saved 2 songs by Toto",
    ),
    replace(CIRCLE, artist=LONG): (
        "Its artist goes with one you save",
        f"In 1 of 2,000 playlists with {LONG} (you’ve saved 2 songs)",
    ),
    Reason("collaborations", 3, "Di"): ("Its artist recorded with Di", "You’ve saved 3 songs by Di"),
    Reason("collaborations", 3, LONG): (
        "Its artist recorded with one you save",
        f"With {LONG} (you’ve saved 3 songs)",
    ),
    Reason("guests", 4, LONG): ("With a guest you’ve saved 4 songs by", f"The guest is {LONG}"),
    Reason("scene", 12, words=("deep contemporary country rock",), is_minimum=True): (
        "Genre of at least 12 songs you saved",
        "Deep contemporary country rock",
    ),
    Reason("genre", 2, "Kendrick Lamar", ("hip hop", "conscious hip hop", "rap")): (
        "Genres like those of Kendrick Lamar",
        "Hip hop, conscious hip hop, rap",
    ),
    Reason("genre", 2, LONG, ("folk",)): ("Genres like those of an artist you save", f"Folk, like {LONG}"),
    Reason("genre", 2, LONG): ("Genres like those of an artist you save", f"Those of {LONG}"),
    Reason("sound", artist="The Band", title="The Weight", words=("calm", "dark")): (
        "Sounds like The Weight, which you saved",
        "The Weight by The Band: calm, dark",
    ),
    Reason("sound", artist="Di", title="Ours", words=("calm",)): (
        "Sounds like Ours by Di, which you saved",
        "Both are calm",
    ),
    Reason("sound", artist=LONG, title="Lump"): ("Sounds like Lump, which you saved", f"Lump by {LONG}"),
    Reason("sound", artist="Di", title="Hold on to the Line", words=("loud",)): (
        "Sounds like a song you saved",
        "Hold on to the Line by Di: loud",
    ),
    Reason("sound", artist="Di", title="Hold on to the Line"): (
        "Sounds like a song you saved",
        "Hold on to the Line by Di",
    ),
    Reason(LIKE_START, artist=LONG): ("Like an artist this mix starts from", LONG),
    Reason(BY_START, artist=LONG): ("By an artist this mix starts from", LONG),
    Reason(LIKE_START, artist="Nick Drake", title="Pink Moon"): (
        "Like Pink Moon, your starting point",
        "Pink Moon is by Nick Drake",
    ),
    Reason(LIKE_START, artist="Toto", title="Stop Loving You (Live in Paris)"): (
        "Like a song this mix starts from",
        "Stop Loving You (Live in Paris) by Toto",
    ),
    Reason(TASTE, words=(f"Rock: {LONG}",)): ("Fits one of your tastes", f"“Rock: {LONG}”"),
    Reason(LIKELY_TASTE, words=(f"Rock: {LONG}",)): ("Probably fits one of your tastes", f"“Rock: {LONG}”"),
}


@pytest.mark.parametrize("reason", SAID)
def test_every_reason_has_its_words(reason):
    assert describe_lead([reason]) == SAID[reason]
    assert describe_facts([reason]) == ""
    assert len(SAID[reason].split()) <= 8


@pytest.mark.parametrize("reason", SHORTENED)
def test_a_lead_that_would_be_long_leaves_out_what_then_stands_behind_it(reason):
    assert (describe_lead([reason]), describe_facts([reason])) == SHORTENED[reason]
    assert len(describe_lead([reason]).split()) <= 8


@pytest.mark.parametrize(
    ("reason", "lead", "facts"),
    [
        (Reason("genre", 2, "Di", ("folk",)), "Like Di", "Folk"),
        (Reason("genre", 2, "Di"), "Like Di", ""),
        (Reason("genre", 2, f"{LONG} Live", ("folk",)), "Genres like those of an artist you save", None),
        (Reason("scene", 9, words=("folk",)), "Folk: you’ve saved 9 songs", ""),
        (Reason(NEW_ARTIST), "By an artist who is new to you", ""),
    ],
)
def test_a_lead_of_a_new_artist_names_the_likeness_first(reason, lead, facts):
    new = replace(pick(reason), is_new_artist=True)
    facts = f"Folk, like {LONG} Live" if facts is None else facts

    assert describe_lead([reason], is_new_artist=True) == lead
    assert describe_facts([reason], is_new_artist=True) == facts
    assert describe_pick(new).casefold() == "; ".join(filter(None, (lead, facts))).casefold()


def test_a_lead_without_its_first_words_that_misses_nothing_has_no_fact_behind_it():
    record = Reason("record", 2, words=("1969–1970",), is_minimum=True)

    assert describe_lead([record]) == "At least 2 of their songs from 1969–1970"
    assert describe_facts([record]) == ""


def test_a_fact_of_an_old_record_without_its_years_is_told_without_them():
    assert describe_lead([Reason("era", 9)]) == "You’ve saved 9 songs from about that time"
    assert describe_lead([Reason("record", 2)]) == "2 of their songs from then"


def test_a_reason_that_is_kept_as_its_sentence_is_shown_word_for_word():
    sentence = "Same genres as Di: uk garage, pop; by an artist you have 1,200 songs of"

    assert describe_lead([Reason(AS_WRITTEN, words=(sentence,))]) == sentence


def test_a_reason_of_a_signal_that_is_not_told_is_refused():
    assert not is_known(Reason("horoscope", 3))
    assert not is_known(Reason("fame", 394))
    assert all(map(is_known, [*SAID, Reason(AS_WRITTEN)]))
    with pytest.raises(ValueError, match='the signal "horoscope": add it to SIGNALS'):
        describe_lead([Reason("horoscope", 3), Reason("era", 9)])


def test_a_pick_is_described_by_its_lead_and_at_most_two_facts():
    explained = pick(
        Reason("era", 9, words=("1999",)), Reason("artist", 4), Reason("genre", 2, "Di", ("folk",))
    )

    assert describe_lead(explained.reasons) == "You’ve saved 9 songs from 1999"
    assert describe_facts(explained.reasons) == "You’ve saved 4 of their songs; folk, like Di"
    assert (
        describe_pick(explained)
        == "You’ve saved 9 songs from 1999; you’ve saved 4 of their songs; folk, like Di"
    )


def test_a_shortened_lead_leaves_room_for_one_more_fact():
    explained = pick(Reason("guests", 4, LONG), Reason("artist", 4), Reason("genre", 2, "Di", ("folk",)))

    assert describe_facts(explained.reasons) == f"The guest is {LONG}; you’ve saved 4 of their songs"


def test_a_pick_without_reasons_is_described_by_nothing():
    assert describe_lead(()) == describe_facts(()) == describe_pick(pick()) == ""


def test_every_wish_that_can_be_in_the_way_has_its_words():
    assert IN_THE_WAY.keys() == LIFTED.keys()


def test_every_kind_of_being_left_out_has_its_words():
    assert LEFT_OUT.keys() == set(WhyLeftOut)
    assert [describe_left_out(kind.value) for kind in WhyLeftOut] == [
        "neither it nor its artists are in the catalogue",
        "it came without a title that can be read",
    ]


def test_a_sentence_of_an_old_record_is_shown_as_written():
    assert describe_left_out("its sound is unknown") == "its sound is unknown"


@pytest.mark.parametrize(
    ("reasons", "said"),
    [
        ((Reason("genre", 2, "Di", ("folk",)),), ", like Di"),
        ((Reason("best_known", artist="Cy"),), ": One of their best-known songs"),
        ((Reason(NEW_ARTIST),), ""),
        ((), ""),
    ],
)
def test_a_reason_goes_on_from_the_word_that_the_artist_is_new(reasons, said):
    assert describe_new_artist(reasons) == said


def test_what_is_to_be_translated_has_the_phrases_and_the_words_that_stand_in_them():
    listed = set(list_sentences())

    assert {"you’ve saved {n} of their songs", *LEFT_OUT.values(), *IN_THE_WAY.values()} <= listed
