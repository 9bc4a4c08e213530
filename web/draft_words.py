"""What a step of a draft did, in words."""

from collections.abc import Mapping

from store.drafts import Action, DraftStep

#: Action -> what it did; `{subject}` is what it was about.
DEEDS: Mapping[Action, str] = {
    "discarded": "discarded the draft",
    "tuned": "tuned",
    "shuffled": "shuffled",
    "refreshed": "refreshed",
    "restored": "restored an earlier mix",
    "renamed": "renamed to “{subject}”",
    "started": "changed the start",
    "wished": "tuned to “{subject}”",
    "swapped": "swapped “{subject}”",
    "removed": "removed “{subject}”",
    "kept": "kept “{subject}”",
    "released": "no longer kept “{subject}”",
    "liked": "liked “{subject}”",
    "unliked": "no longer liked “{subject}”",
    "blocked song": "blocked “{subject}”",
    "blocked artist": "blocked {subject}",
}


def describe_step(step: DraftStep) -> str:
    """Describe what the last step of a draft did: "swapped “Pink Moon”"; "" where nothing is changed."""
    return DEEDS.get(step.action, "").format(subject=step.subject)


def describe_done(step: DraftStep, n_came: int = 0) -> str:
    """Describe what the last step did as sentences: "Swapped “Pink Moon”. 1 new song."."""
    done = describe_step(step)
    if step.action in ("blocked song", "blocked artist"):
        done = f"We won’t pick {done.removeprefix('blocked ')} again"
    came = f" {n_came} new {'song' if n_came == 1 else 'songs'}." if n_came else ""
    return f"{done[:1].upper()}{done[1:]}.{came}" if done else ""
