"""The WSGI entry: uWSGI and Elastic Beanstalk import `application` from here."""

import os

from settings import Settings
from startup import create_app

application = create_app(Settings.from_env(os.environ))
