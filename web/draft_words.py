"""What a step of a draft did, in words: as the button names it that undoes it, and once it is done."""

from collections.abc import Mapping
from dataclasses import dataclass

from store.drafts import Action, DraftStep
from web.language import describe_count, translate


@dataclass(frozen=True)
class Deed:
    """What an action did, in English: after "Undo: ", and as a sentence; `{subject}` is what it was about."""

    undo: str
    done: str


DEEDS: Mapping[Action, Deed] = {
    "discarded": Deed("discarded the draft", "Discarded the draft."),
    "tuned": Deed("tuned", "Tuned."),
    "shuffled": Deed("shuffled", "Shuffled."),
    "refreshed": Deed("refreshed", "Refreshed."),
    "restored": Deed("restored an earlier mix", "Restored an earlier mix."),
    "brought": Deed("brought a mix along", "Brought a mix along."),
    "renamed": Deed("renamed to “{subject}”", "Renamed to “{subject}”."),
    "started": Deed("changed the start", "Changed the start."),
    "wished": Deed("tuned to “{subject}”", "Tuned to “{subject}”."),
    "swapped": Deed("swapped “{subject}”", "Swapped “{subject}”."),
    "removed": Deed("removed “{subject}”", "Removed “{subject}”."),
    "kept": Deed("kept “{subject}”", "Kept “{subject}”."),
    "released": Deed("no longer kept “{subject}”", "No longer kept “{subject}”."),
    "liked": Deed("liked “{subject}”", "Liked “{subject}”."),
    "unliked": Deed("no longer liked “{subject}”", "No longer liked “{subject}”."),
    "blocked song": Deed("blocked “{subject}”", "We won’t pick “{subject}” again."),
    "blocked artist": Deed("blocked {subject}", "We won’t pick {subject} again."),
}


def describe_step(step: DraftStep) -> str:
    """Describe what the last step of a draft did: "swapped “Pink Moon”"; "" where nothing is changed."""
    deed = DEEDS.get(step.action)
    return translate(deed.undo).format(subject=step.subject) if deed else ""


def describe_done(step: DraftStep, n_came: int = 0) -> str:
    """Describe what the last step did as sentences: "Swapped “Pink Moon”. 1 new song."."""
    deed = DEEDS.get(step.action)
    if deed is None:
        return ""
    done = translate(deed.done).format(subject=step.subject)
    return f"{done} {describe_count('{n} new song.', '{n} new songs.', n_came)}" if n_came else done
