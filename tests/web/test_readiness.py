"""`/readyz`: each part that the system needs, with a word why it cannot be used."""

import shutil

import pytest
from redis import Redis
from sqlalchemy import text

from tests.support.servers import running_redis

ALL_WELL = "ok\ndatabase: ok\nqueue: ok\nmodels: ok\noldest waiting job: 0 s\n"


def ask(site):
    answer = site.browser().client.get("/readyz")
    return answer.status_code, answer.text


def lose_database(site):
    with site.database.writing() as connection:
        connection.execute(text("ALTER TABLE accounts RENAME TO elsewhere"))


def lose_queue(site):
    site.settings.state_dir.joinpath("recommender.queue.db").write_bytes(b"no database at all" * 100)


def lose_models(site):
    shutil.rmtree(site.settings.models_dir)


@pytest.mark.parametrize(
    ("lose", "line"),
    [
        (lose_database, "database: cannot be read"),
        (lose_queue, "queue: does not answer"),
        (lose_models, "models: missing or damaged"),
    ],
    ids=["database", "queue", "models"],
)
def test_a_part_that_cannot_be_used_is_named_with_status_503(make_site, invented, tmp_path, lose, line):
    site = make_site(MODELS_DIR=str(shutil.copytree(invented / "models", tmp_path / "models")))
    before = ask(site)

    lose(site)

    assert before == (200, ALL_WELL)
    status, answer = ask(site)
    assert status == 503
    assert answer.splitlines()[0] == "not ready"
    assert line in answer.splitlines()
    assert sum(each.endswith(": ok") for each in answer.splitlines()) == 2


def test_a_redis_that_has_gone_is_noticed(make_site, redis_url, tmp_path):
    with running_redis(tmp_path) as url:
        site = make_site(REDIS_URL=url)
        before = ask(site)
        Redis.from_url(url).shutdown(nosave=True)

        after = ask(site)

    assert before == (200, ALL_WELL)
    assert after[0] == 503
    assert "queue: does not answer" in after[1]
