"""The answer to whoever has started a job."""

from flask import flash, g, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from store.job import Job
from web.context import context
from web.language import translate


def show_job(job: Job, is_new: bool) -> AnyResponse:
    """Wake a worker, and show how far the job is; one that ran already is shown in its place."""
    if not is_new:
        flash(
            translate("Something else is being made at this moment. Please wait for it, then try again."),
            "info",
        )
    # Even one that is not new: its message may have been lost, and a second does no harm.
    context().enqueue(job.id)
    # For the request's line in the log.
    g.job_id = job.id
    return redirect(url_for("pages.show_job", job_id=job.id), 303)
