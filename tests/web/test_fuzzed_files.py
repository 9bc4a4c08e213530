"""Mutated files at the site's upload, of every form: each ends in a mix or in one clear sentence.

30 of each form in every run, always the same; `./run fuzz` sends 2,000 of each. Of what is read from
them, tests/formats/test_fuzzed_libraries.py tries more in every run.
"""

import html
import io
import os
import re

import pytest
from hypothesis import given
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.support.brought_files import WRITERS, write_file
from tests.support.mutated_files import fuzzed, mutate_files

N_FILES = 2 * int(os.environ.get("FUZZ_EXAMPLES", "75")) // 5
N_SONGS = 20
SENTENCE = re.compile(r'<div class="notice notice-error" role="alert"><p>(.*?)</p></div>', re.DOTALL)


@pytest.mark.fuzz
@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in WRITERS if not name.endswith(".gz")])
def test_a_mutated_file_ends_in_a_mix_or_in_one_clear_sentence(site, name):
    n_mixes, n_calls = 0, len(site.standin.state.requests)
    content = write_file(name, site.songs[:N_SONGS])
    for limiter in site.app.extensions["limiter"]:
        limiter.enabled = False

    @fuzzed(N_FILES)
    @given(mutate_files([content]))
    def bring(mutated):
        nonlocal n_mixes
        boundary, body = encode_multipart({"file": FileStorage(io.BytesIO(mutated), name)})
        browser = site.browser().client
        answer = browser.post(
            "/songs",
            data=body,
            content_type=f"multipart/form-data; boundary={boundary}",
            headers={"Origin": site.settings.public_url},
        )
        if answer.status_code == 303:
            n_mixes += 1
            page = browser.get(answer.headers["Location"])
            assert (page.status_code, "songs recognised." in page.text) == (200, True)
        else:
            assert answer.status_code == 422
            sentence = html.unescape(SENTENCE.search(answer.text)[1])
            assert 10 < len(sentence) < 1_000

    bring()

    # Else nothing would get past the first check.
    assert n_mixes > N_FILES // 50
    assert site.standin.state.requests[n_calls:] == []
