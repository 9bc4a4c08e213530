"""nginx as Elastic Beanstalk sets it up, with our snippets in its server block."""

from pathlib import Path

from rehearsal import nginx
from tests.support.needs import needs

ROOT = Path(__file__).parents[2]
PLATFORM = ROOT / ".platform" / "nginx"


def find_nginx():
    """Return nginx's program; skip the test where it is not installed."""
    found = nginx.find_nginx()
    needs(
        "nginx", found is not None, "nginx is not installed, so it cannot be asked (apt install nginx-light)"
    )
    return found


def write_nginx_conf(folder, port, platform=PLATFORM, upstream=nginx.APPLICATION_PORT):
    """Write an nginx.conf as Elastic Beanstalk does, with our snippets; its logs lie in `folder`, too."""
    nginx.write_instance_conf(folder / "nginx", platform, port, upstream, ROOT / "static", folder)
    return folder / "nginx" / "nginx.conf"
