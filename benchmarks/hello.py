"""The least that Flask can answer: what the site's pages are measured beside."""

from flask import Flask

application = Flask(__name__)


@application.get("/")
def hello() -> str:
    """Return a greeting."""
    return "Hello, World!"
