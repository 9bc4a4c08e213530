"""nginx as Elastic Beanstalk sets it up, with our snippets in its server block."""

import shutil
from pathlib import Path

from tests.support.needs import needs

ROOT = Path(__file__).parents[2]
IN_SERVER = ".platform/nginx/conf.d/elasticbeanstalk"


def find_nginx():
    """Return nginx's program; skip the test where it is not installed."""
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    needs(
        "nginx", nginx is not None, "nginx is not installed, so it cannot be asked (apt install nginx-light)"
    )
    return nginx


def write_nginx_conf(folder, port, snippets=ROOT / IN_SERVER, upstream=8000):
    """Write an nginx.conf with the server block that Elastic Beanstalk makes, and our snippets in it."""
    folders = "\n".join(
        f"{kind}_temp_path {folder / kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    ours = "\n".join(path.read_text(encoding="utf-8") for path in sorted(snippets.glob("*.conf")))
    # Elastic Beanstalk's applications listen at 8000.
    ours = ours.replace("127.0.0.1:8000", f"127.0.0.1:{upstream}")
    (folder / "nginx.conf").write_text(
        f"""
        daemon off;
        master_process off;
        pid {folder / "nginx.pid"};
        error_log {folder / "error.log"};
        events {{ worker_connections 1024; }}
        http {{
            access_log {folder / "access.log"};
            {folders}
            gzip off;
            server {{
                listen 127.0.0.1:{port};
                # Elastic Beanstalk's own server block already sets these.
                gzip off;
                gzip_comp_level 4;
                gzip_types text/plain;
                location / {{
                    proxy_pass http://127.0.0.1:{upstream};
                    proxy_http_version 1.1;
                    proxy_set_header Host $host;
                    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
                }}
                location /static {{ alias {ROOT / "static"}; }}
                {ours}
            }}
        }}
        """
    )
    return folder / "nginx.conf"
