"""The entry of the worker process: Huey's consumer imports `queue` from here."""

import os

from settings import Settings
from startup import create_worker_queue

queue = create_worker_queue(Settings.from_env(os.environ))
