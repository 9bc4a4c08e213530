"""The words of reasons: one for each signal, one for many."""

import pytest

from recommender.explanation.phrases import (
    AS_WRITTEN,
    IN_THE_WAY,
    LEFT_OUT,
    describe_left_out,
    describe_likeness,
    describe_pick,
    describe_reasons,
    format_credit,
    is_known,
)
from recommender.mix import Pick, Reason, WhyLeftOut
from recommender.ranking.candidates import LIFTED
from recommender.song import Song

MINE = Song("", "Mine", ("Ann", "Bo"))


def pick(*reasons, because=MINE):
    return Pick(Song("", "Theirs", ("Cy",)), 0, 0.5, 1, because, {}, reasons)


SAID = {
    Reason("artist", 4): "By an artist you have 4 songs of",
    Reason("artist", 1): "By an artist you have 1 song of",
    Reason("record", 2): "By an artist you have 2 songs of from about that year",
    Reason("guests", 1200, "Di"): "With Di, whom you have 1,200 songs of",
    Reason("scene", 12, words=("folk",)): "Folk, as are 12 of your songs",
    Reason("era", 1200): "From the same few years as 1,200 of your songs",
    Reason("fame", 7): "About as well known as 7 of your songs",
    Reason("best_known", artist="Cy"): "One of the best-known songs of Cy",
    Reason("mood", 3): "Close in sound to 3 of your songs",
    Reason("genre", 2, "Di", ("folk",)): "Same genre as Di: folk",
    Reason("genre", 2, "Di", ("folk", "pop")): "Same genres as Di: folk, pop",
    Reason("genre", 2, "Di"): "Of genres near those of Di",
}


@pytest.mark.parametrize("reason", SAID)
def test_every_reason_has_its_words(reason):
    assert describe_reasons([reason]) == SAID[reason]


def test_a_reason_that_is_kept_as_its_sentence_is_shown_word_for_word():
    sentence = "Same genres as Di: folk, pop; by an artist you have 1,200 songs of"

    assert describe_reasons([Reason(AS_WRITTEN, words=(sentence,)), Reason("sound")]) == sentence


def test_a_reason_of_a_signal_that_is_not_registered_is_refused():
    assert not is_known(Reason("horoscope", 3))
    assert all(map(is_known, [*SAID, Reason("sound"), Reason(AS_WRITTEN)]))
    with pytest.raises(ValueError, match='the signal "horoscope": add it to SIGNALS'):
        describe_reasons([Reason("horoscope", 3), Reason("era", 9)])


def test_reasons_are_one_sentence_the_strongest_first_and_the_sound_last():
    explained = pick(Reason("era", 9), Reason("artist", 4), Reason("sound", words=("calm", "acoustic")))

    assert (
        describe_reasons(explained.reasons)
        == "From the same few years as 9 of your songs; by an artist you have 4 songs of"
    )
    assert describe_likeness(explained.reasons) == "calm, acoustic"
    assert describe_pick(explained) == (
        "From the same few years as 9 of your songs; by an artist you have 4 songs of;"
        " of your songs of that taste it sounds most like Mine by Ann, Bo: calm, acoustic"
    )


def test_a_pick_that_nothing_in_particular_carried_is_not_given_a_reason():
    explained = pick(Reason("sound"), because=Song("", "Demo", ()))

    assert describe_reasons(explained.reasons) == ""
    assert describe_pick(explained) == "Of your songs of that taste it sounds most like Demo"


def test_a_saved_song_whose_sound_is_only_estimated_is_probably_the_most_like():
    explained = pick(Reason("sound", is_guess=True), because=Song("", "Demo", ()))

    assert describe_pick(explained) == "Of your songs of that taste it probably sounds most like Demo"


def test_every_wish_that_can_be_in_the_way_has_its_words():
    assert IN_THE_WAY.keys() == LIFTED.keys()


def test_every_kind_of_being_left_out_has_its_words():
    assert LEFT_OUT.keys() == set(WhyLeftOut)
    assert [describe_left_out(kind.value) for kind in WhyLeftOut] == [
        "neither it nor its artists are in the catalogue"
    ]


def test_a_sentence_of_an_old_record_is_shown_as_written():
    assert describe_left_out("its sound is unknown") == "its sound is unknown"


def test_a_song_without_artists_is_named_by_its_title():
    assert format_credit(Song("", "Demo", ())) == "Demo"


def test_where_no_saved_song_is_near_none_is_named():
    assert (
        describe_pick(pick(Reason("artist", 4), Reason("sound"), because=None))
        == "By an artist you have 4 songs of"
    )
