from recommender.catalogue.keys import hash_texts
from training.credits import collect_credits


def order_names(credits, names):
    """Return the names of the artists in the order of their places."""
    places = credits.artist_keys.tolist()
    return sorted(names, key=lambda name: places.index(int(hash_texts([name])[0])))


def test_every_credit_is_kept_in_its_order():
    artists = [("a", "b"), ("c",), ("b", "a", "d")]

    credits = collect_credits(artists)

    names = order_names(credits, "abcd")
    assert [names[place] for place in credits.artists.tolist()] == ["a", "b", "c", "b", "a", "d"]
    assert credits.ends.tolist() == [2, 3, 6]
    assert [names[place] for place in credits.first_artists.tolist()] == ["a", "c", "b"]


def test_artists_of_one_song_have_appeared_together():
    credits = collect_credits([("a", "b"), ("c",), ("b", "a", "d"), ("e", "e", "a")])

    names = order_names(credits, "abcde")
    together = credits.together.tocoo()
    pairs = {
        (names[one], names[other]): count
        for one, other, count in zip(*together.coords, together.data, strict=True)
    }
    either_way = {("a", "b"): 2, ("a", "d"): 1, ("b", "d"): 1, ("a", "e"): 1}
    assert pairs == either_way | {(other, one): count for (one, other), count in either_way.items()}


def test_artists_who_appear_alone_have_nobody():
    credits = collect_credits([("a",), ("b",), ("a",)])

    assert credits.together.nnz == 0
    assert credits.together.shape == (2, 2)
