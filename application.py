"""The WSGI entry: uWSGI and Elastic Beanstalk import `application` from here."""

import gc
import os
from contextlib import suppress

from settings import Settings
from startup import ON_FORK, create_app

application = create_app(Settings.from_env(os.environ))

if on_fork := application.extensions[ON_FORK]:
    # There is such a module only within uWSGI, which has to be told: it does not fork as Python does.
    with suppress(ImportError):
        import uwsgi

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
