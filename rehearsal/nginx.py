"""nginx as Elastic Beanstalk sets it up, and another one in the place of its load balancer."""

import shutil
from pathlib import Path

#: The port that the bundle's snippets name, at which an instance's application listens.
APPLICATION_PORT = 8000
IN_SERVER = "conf.d/elasticbeanstalk"
# Temporary files beside the settings: nginx's own folders belong to the system's nginx.
BESIDE = "\n    ".join(
    f"{kind}_temp_path {kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
)

# The shape of what the platform writes for Python on Amazon Linux 2023. Its user and folders are left out.
INSTANCE = """\
daemon off;
master_process off;
pid nginx.pid;
error_log {logs}/error.log warn;
events {{ worker_connections 1024; }}
http {{
    {beside}
    access_log {logs}/access.log;
    include conf.d/*.conf;
    map $http_upgrade $connection_upgrade {{ default "upgrade"; }}
    server {{
        listen 127.0.0.1:{port} default_server;
        client_header_timeout 60;
        client_body_timeout 60;
        keepalive_timeout 60;
        gzip off;
        gzip_comp_level 4;
        gzip_types text/plain text/css application/json application/javascript text/javascript;
        include {in_server}/*.conf;
    }}
}}
"""
APPLICATION = """\
location / {{
    proxy_pass http://127.0.0.1:{port};
    proxy_http_version 1.1;
    proxy_set_header Connection $connection_upgrade;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Host $host;
    proxy_set_header X-Real-IP $remote_addr;
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
}}
"""
STATIC = "location /static {{ alias {folder}; }}\n"
# It takes https and http, and tells the instance which; what it logs by itself is none of ours.
BALANCER = """\
daemon off;
master_process off;
pid nginx.pid;
error_log {logs}/balancer.log warn;
events {{ worker_connections 1024; }}
http {{
    {beside}
    access_log off;
    proxy_http_version 1.1;
    proxy_set_header Host $http_host;
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    proxy_set_header X-Forwarded-Proto $scheme;
    server {{
        listen 127.0.0.1:{https_port} ssl;
        ssl_certificate {certificate};
        ssl_certificate_key {certificate};
        location / {{ proxy_pass http://127.0.0.1:{instance_port}; }}
    }}
    server {{
        listen 127.0.0.1:{http_port};
        location / {{ proxy_pass http://127.0.0.1:{instance_port}; }}
    }}
}}
"""


def find_nginx() -> str | None:
    """Return nginx's program; None where it is not installed."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


def write_instance_conf(
    folder: Path, platform: Path, port: int, upstream: int, static: Path, logs: Path
) -> None:
    """Write nginx.conf into `folder`, with the bundle's `.platform/nginx` beside it, as a deployment does.

    Parameters
    ----------
    port, upstream : int
        Where nginx listens, and where the application does instead of at port 8000.
    static : Path
        The folder that nginx serves by itself, at `/static`.
    """
    shutil.copytree(platform, folder, dirs_exist_ok=True)
    for snippet in folder.rglob("*.conf"):
        text = snippet.read_text(encoding="utf-8")
        snippet.write_text(
            text.replace(f"127.0.0.1:{APPLICATION_PORT}", f"127.0.0.1:{upstream}"), encoding="utf-8"
        )
    (folder / IN_SERVER / "00_application.conf").write_text(APPLICATION.format(port=upstream))
    (folder / IN_SERVER / "01_static.conf").write_text(STATIC.format(folder=static))
    (folder / "nginx.conf").write_text(
        INSTANCE.format(beside=BESIDE, logs=logs, port=port, in_server=IN_SERVER)
    )


def write_balancer_conf(
    folder: Path, https_port: int, http_port: int, instance_port: int, certificate: Path, logs: Path
) -> None:
    """Write the nginx.conf of a load balancer that ends TLS with this certificate before one instance."""
    folder.mkdir(parents=True, exist_ok=True)
    text = BALANCER.format(
        beside=BESIDE,
        logs=logs,
        https_port=https_port,
        http_port=http_port,
        instance_port=instance_port,
        certificate=certificate,
    )
    (folder / "nginx.conf").write_text(text)


def list_words(nginx: str, folder: Path) -> list[str]:
    """Return the command that runs nginx with the nginx.conf of a folder."""
    return [nginx, "-e", "stderr", "-p", str(folder), "-c", str(folder / "nginx.conf")]
