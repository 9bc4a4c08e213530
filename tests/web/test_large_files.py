"""Files of nearly 100 MB, sent without scripts through nginx as Elastic Beanstalk sets it up."""

import subprocess
from threading import Thread

import pytest
import requests
from urllib3.util import Retry
from werkzeug.serving import make_server

from benchmarks.system import find_port
from store import libraries, tables
from tests.support.brought_files import write_file
from tests.support.nginx import find_nginx, write_nginx_conf
from web.songs import MAX_FILE_BYTES, MAX_FORM_BYTES

TOO_LARGE = "Your file is larger than 100 MB, more than any library: is it the right file?"
LINE = b"#" * (2**20 - 1) + b"\n"
PART = b'--b\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\n\r\n'


@pytest.fixture
def site(make_site, tmp_path):
    """The website behind a running nginx; `settings.public_url` is nginx's address."""
    nginx, port = find_nginx(), find_port()
    site = make_site(PUBLIC_URL=f"http://127.0.0.1:{port}")
    server = make_server("127.0.0.1", 0, site.app, threaded=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    conf = write_nginx_conf(tmp_path, port, upstream=server.server_port)
    running = subprocess.Popen([nginx, "-e", "stderr", "-p", tmp_path, "-c", conf])
    yield site
    running.terminate()
    running.wait(10)
    server.shutdown()
    thread.join()
    server.server_close()


def write_body(site, tmp_path, n_bytes):
    """Write the body of a form whose file has sixty songs and is so large; return its path."""
    songs = write_file("playlist.m3u8", site.songs[:60])
    body = tmp_path / "body"
    with body.open("wb") as file:
        file.write(PART % b"large.m3u8")
        n_lines, rest = divmod(n_bytes - len(songs), len(LINE))
        file.write(songs + b"#" * (rest - 1) + b"\n")
        for _ in range(n_lines):
            file.write(LINE)
        file.write(b"\r\n--b--\r\n")
    return body


def send(site, body):
    """Send a form as a browser without scripts does, and return the page that this leads to."""
    home = site.settings.public_url
    with requests.Session() as browser, body.open("rb") as content:
        browser.trust_env = False
        browser.mount(
            "http://", requests.adapters.HTTPAdapter(max_retries=Retry(connect=8, backoff_factor=0.05))
        )
        browser.get(f"{home}/healthz", timeout=10)
        headers = {"Origin": home, "Content-Type": "multipart/form-data; boundary=b"}
        answer = browser.post(f"{home}/songs", data=content, headers=headers, timeout=60)
    # Else it would be searched for secrets.
    body.unlink()
    return answer


def test_a_file_of_100_mb_leads_through_nginx_to_a_mix(site, tmp_path):
    answer = send(site, write_body(site, tmp_path, MAX_FILE_BYTES))

    assert answer.status_code == 200
    assert "60 of 60 songs recognised." in answer.text
    with site.database.reading() as connection:
        account_id = connection.scalar(tables.accounts.select())
    assert libraries.load(site.database, account_id).source == "large.m3u8"


@pytest.mark.parametrize(
    "n_bytes", [MAX_FORM_BYTES, 110 * 2**20], ids=["the application refuses it", "nginx refuses it"]
)
def test_a_larger_file_is_refused_beside_the_form(site, tmp_path, n_bytes):
    answer = send(site, write_body(site, tmp_path, n_bytes))

    assert (answer.status_code, TOO_LARGE in answer.text) == (413, True), answer.text
    assert 'type="file"' in answer.text
    with site.database.reading() as connection:
        assert connection.execute(tables.accounts.select()).all() == []
