"""Pages are compressed as they are sent."""

import gzip

GZIP = {"Accept-Encoding": "gzip"}


def test_a_page_is_sent_compressed(site):
    client = site.browser().client

    plain, compressed = client.get("/privacy"), client.get("/privacy", headers=GZIP)

    assert gzip.decompress(compressed.data).decode() == plain.text
    assert len(compressed.data) < len(plain.data) / 2
    assert compressed.headers["Content-Encoding"] == "gzip"
    assert int(compressed.headers["Content-Length"]) == len(compressed.data)
    for answer in (plain, compressed):
        assert "Accept-Encoding" in answer.headers["Vary"]


def test_a_short_answer_is_sent_as_it_is(site):
    answer = site.browser().client.get("/healthz", headers=GZIP)

    assert "Content-Encoding" not in answer.headers
    assert answer.text.startswith("ok\n")


def test_the_length_of_a_page_does_not_tell_what_is_in_it(site):
    client = site.browser().client

    lengths = {len(client.get("/", headers=GZIP).data) for _ in range(20)}

    assert len(lengths) > 5
