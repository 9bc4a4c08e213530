"""The WSGI entry: uWSGI and Elastic Beanstalk import `application` from here."""

import gc
import os
import sys
from typing import Any

from settings import Settings
from startup import ON_FORK, create_app

application = create_app(Settings.from_env(os.environ))

if on_fork := application.extensions[ON_FORK]:
    # uWSGI, which does not fork as Python does, has put a module of its own here; elsewhere nobody forks.
    uwsgi: Any = sys.modules.get("uwsgi")
    if uwsgi:
        uwsgi.post_fork_hook = on_fork

# uWSGI forks now. What all processes share stays shared only as long as nobody writes to it: templates are
# compiled here, once, and the garbage collector, which marks all that it looks at, passes over what is there.
for name in application.jinja_env.list_templates():
    application.jinja_env.get_template(name)
gc.collect()
gc.freeze()
# A page makes some ten thousand objects and hardly a cycle: the collector would look at them fifteen times.
# Previews do make cycles, with arrays in them, and would keep 80 MB more with ten times as many.
gc.set_threshold(2_000)
