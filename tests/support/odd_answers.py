"""Odd answers of Spotify's: JSON that is changed in a few places, and a listener whose jobs meet it."""

import copy
import json

from hypothesis import strategies as st

from jobs.make_playlist import make_playlist
from jobs.run import Parts
from recommender.catalogue.build import load_build
from store import accounts, jobs, libraries, playlists, tables, tokens

# How often the clock is moved on before a job must have ended.
MAX_TURNS = 8


class OddJobs:
    """A listener with 120 saved songs who has just signed in, and whose jobs run in this very thread."""

    def __init__(self, site):
        self.site, self.database = site, site.database
        self.listener = site.add_listener("Nora", saved=120)
        site.browser().sign_in(self.listener)
        self.account = accounts.get_account(self.database, self.listener.account_id)
        self.token = tokens.load_token(self.database, self.account.id)
        self.started_at = site.clock.now()
        self.parts = Parts(site.settings, self.database, load_build(site.settings.models_dir))

    @property
    def faults(self):
        return self.site.standin.state.faults

    def begin_anew(self):
        """Forget all that was made and kept, here and at Spotify, as if she had just signed in."""
        self.faults.clear()
        self.site.clock.at = self.started_at
        accounts.forget(self.database, self.account.id)
        # What her jobs have cost, and what Spotify has asked for, outlive her.
        with self.database.writing() as connection:
            for table in (tables.spent, tables.pauses):
                connection.execute(table.delete())
        accounts.sign_in(self.database, self.account, self.token)
        self.listener.playlists.clear()

    def run(self, **wished):
        """Run a job to its end and return its row."""
        job, _ = jobs.start(self.database, self.account.id, **wished)
        for _ in range(MAX_TURNS):
            make_playlist(job.id, self.parts)
            job = jobs.get(self.database, job.id, self.account.id)
            if job.state not in ("waiting", "running", "parked"):
                break
            self.site.clock.move(hours=14)
        self.site.clock.move(minutes=2)
        return job

    def load_kept(self):
        """Return the songs of the library as they are kept, None for what is no song."""
        kept = libraries.load(self.database, self.account.id)
        return kept.songs if kept else ()

    def load_record(self):
        return playlists.get_latest_written(self.database, self.account.id).record


def list_kinds(tree):
    """List the places of a tree of JSON by kind: the addresses that differ in the numbers of lists alone."""
    kinds = {}

    def walk(node, address, kind):
        kinds.setdefault(kind, []).append(address)
        steps = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
        for step, below in steps:
            walk(below, (*address, step), (*kind, step if isinstance(step, str) else 0))

    walk(tree, (), ())
    return list(kinds.values())


def pick(things, at):
    return things[min(int(at * len(things)), len(things) - 1)]


def mutate(tree, steps):
    """Return a tree of JSON with some of its places changed; `steps` are drawn from `mutations`."""
    for kind_at, place_at, is_everywhere, change, value in steps:
        addresses = pick(list_kinds(tree), kind_at)
        # From the end, so that what was deleted or repeated does not move what is still to come.
        for address in reversed(addresses) if is_everywhere else [pick(addresses, place_at)]:
            holder = {"": tree}
            parent, key = holder, ""
            for step in address:
                parent, key = parent[key], step
            change(parent, key, value)
            # Without it, nothing is there any more.
            tree = holder.get("")
    return tree


def put(parent, key, value):
    parent[key] = copy.deepcopy(value)


def delete(parent, key, _value):
    del parent[key]


def rename(parent, key, value):
    if isinstance(parent, dict) and key:
        parent[value if isinstance(value, str) else "item"] = parent.pop(key)


def wrap(parent, key, value):
    parent[key] = {"totalMilliseconds": parent[key]} if value else [parent[key]]


def as_text(parent, key, _value):
    parent[key] = json.dumps(parent[key])


def repeat(parent, key, _value):
    if isinstance(parent, list):
        parent.insert(key, copy.deepcopy(parent[key]))


def shorten(parent, key, _value):
    if isinstance(parent[key], list | str):
        parent[key] = parent[key][: len(parent[key]) // 2]


ODD_VALUES = [
    None, True, False, 0, 1, -1, 7, 1999, 2**31, 2**63, 10**30, -(10**30), 10**400, 0.5, 180000.5, float("inf"), float("nan"), "",
    " ", "0", "track", "item", "episode", "null", "true", "1999-13-45", "１９９９", "a\ud800b", "a\0b", "../me", "<b>&", "\u202eabc",
    "x" * 5000, [], {}, [None], [[]], ["a"], {"name": None}, {"id": 5}, {"totalMilliseconds": 188000}, {"totalMilliseconds": "x"},
]  # fmt: skip
CHANGES = [put, put, put, put, delete, delete, rename, wrap, as_text, repeat, shorten]
fractions = st.floats(0, 1, width=32)
mutations = st.lists(
    st.tuples(fractions, fractions, st.booleans(), st.sampled_from(CHANGES), st.sampled_from(ODD_VALUES)),
    min_size=1,
    max_size=4,
)
