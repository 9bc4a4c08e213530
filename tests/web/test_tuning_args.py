"""A tuning in an address and in a form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from store.tuning import Tuning
from web.tuning_args import BadTuning, as_args, has_tuning, read_args, read_form

PERCENTS = st.integers(-100, 100)
YEARS = st.none() | st.integers(1900, 2100)
TUNINGS = st.builds(
    Tuning,
    new_percent=st.integers(0, 100),
    size=st.integers(10, 100),
    explicit=st.booleans(),
    taste_percents=st.lists(st.sampled_from([0, 50, 200]), min_size=1, max_size=9).map(tuple),
    energy=PERCENTS,
    valence=PERCENTS,
    acousticness=PERCENTS,
    danceability=PERCENTS,
    tempo=PERCENTS,
    christmas=st.booleans(),
    children=st.booleans(),
    seed=st.integers(0, 1000),
)


@given(TUNINGS)
def test_a_tuning_comes_back_from_its_address_as_it_was(tuning):
    assert read_args(as_args(tuning)) == tuning


@pytest.mark.parametrize("years", [(1970, None), (None, 1999), (1970, 1999), (None, None)])
def test_each_end_of_the_years_can_be_open(years):
    tuning = Tuning(first_year=years[0], last_year=years[1])

    assert read_args(as_args(tuning)) == tuning


def test_an_address_holds_only_what_differs_from_the_default():
    assert as_args(Tuning()) == {"n": "50"}
    assert as_args(Tuning(new_percent=18, explicit=False, first_year=1970)) == {
        "n": "18",
        "x": "0",
        "y": "1970-",
    }


def test_an_address_without_a_tuning_is_told_from_the_default_one():
    assert not has_tuning({"sort": "energy"})
    assert has_tuning(as_args(Tuning()))


@pytest.mark.parametrize(
    "args",
    [
        {"n": "many"},
        {"n": "101"},
        {"n": "-1"},
        {"s": "9"},
        {"s": "101"},
        {"y": "1970"},
        {"y": "70-80"},
        {"x": "yes"},
        {"t": "100,wide"},
        {"t": "401"},
        {"e": "-101"},
        {"r": "-1"},
        {"n": "5" * 5000},
    ],
)
def test_an_address_that_was_tampered_with_is_refused(args):
    with pytest.raises(BadTuning):
        read_args(args)


def test_years_in_the_wrong_order_are_put_in_the_right_one():
    tuning = read_form(MultiDict({"n": "50", "y0": "2000", "y1": "1980", "x": "1"}), Tuning())

    assert (tuning.first_year, tuning.last_year) == (1980, 2000)


def test_a_box_that_is_not_ticked_means_no():
    assert not read_form(MultiDict({"n": "50"}), Tuning()).explicit
    assert not read_form(MultiDict({"n": "50", "x": "1", "c": "0"}), Tuning()).christmas
    assert read_form(MultiDict({"n": "50", "x": "1"}), Tuning()).christmas


def test_an_empty_field_is_as_usual():
    assert read_form(MultiDict({"n": "50", "s": "", "y0": "", "y1": "", "x": "1"}), Tuning()) == Tuning()


def test_a_form_keeps_the_seed_of_the_mix():
    assert read_form(MultiDict({"n": "50", "x": "1"}), Tuning(seed=3)).seed == 3


@pytest.mark.parametrize(
    ("now", "button", "then"),
    [
        ((), "1+", (100, 150)),
        ((), "0-", (75,)),
        ((25, 150), "0-", (0, 150)),
        ((0, 150), "0-", (0, 150)),
        ((400,), "0+", (400,)),
        ((0,), "0+", (25,)),
    ],
)
def test_the_buttons_of_a_taste_go_a_step_up_or_down(now, button, then):
    form = MultiDict([("n", "50"), ("x", "1"), ("taste", button)])

    assert read_form(form, Tuning(taste_percents=now)).taste_percents == then


@pytest.mark.parametrize("button", ["+", "x+", "1*", "99999+", "1"])
def test_a_button_that_is_none_of_ours_is_refused(button):
    with pytest.raises(BadTuning):
        read_form(MultiDict([("n", "50"), ("taste", button)]), Tuning())
