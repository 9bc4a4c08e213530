"""`./run rehearse-deploy`: what a deployment does, on this machine instead of Amazon's."""

import argparse
import signal
import sys

from cli.arguments import add_models
from cli.paths import MODELS, ROOT

HELP = "Deploy the last commit to an Elastic Beanstalk in miniature, and make a playlist through it."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the models to deploy."""
    add_models(parser)


def run(arguments: argparse.Namespace) -> int:
    """Rehearse, with an invented catalogue where there are no models."""
    from rehearsal.run import rehearse

    # Else whoever ends this process would leave its folder behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    has_models = arguments.models != MODELS or MODELS.exists()
    rehearse(ROOT, arguments.models if has_models else None)
    return 0
