"""What can be checked of the deployment files without Amazon: Elastic Beanstalk knows every name in them."""

import os
import re
import shutil
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import packages_distributions
from importlib.util import find_spec
from pathlib import Path
from threading import Thread

import pytest
import yaml
from urllib3 import PoolManager, Retry

from benchmarks.system import find_port
from cli.environment import LEAN
from settings import Settings, database_url
from tests.support.imports import find_our_file, list_files_needed, list_imports
from tests.support.nginx import find_nginx, write_nginx_conf

ROOT = Path(__file__).parents[1]
CONFIGS = sorted((ROOT / ".ebextensions").glob("*.config"))
HOOKS = sorted(path for kind in ("hooks", "confighooks") for path in (ROOT / ".platform" / kind).glob("*/*"))
SNIPPETS = sorted((ROOT / ".platform" / "nginx").rglob("*.conf"))

# Option -> the values it takes. Kept by hand from Amazon's lists of options for
# all environments and for Python (Amazon Linux 2023): only what our deployment
# may need.
OPTIONS = {
    "aws:elasticbeanstalk:application": {"Application Healthcheck URL": r"/\S*"},
    "aws:elasticbeanstalk:command": {"Timeout": r"[1-9]\d{0,3}"},
    "aws:elasticbeanstalk:container:python": {
        "WSGIPath": r"[\w.]+:\w+",
        "NumProcesses": r"[1-9]\d*",
        "NumThreads": r"[1-9]\d*",
    },
    "aws:autoscaling:asg": {"MinSize": r"\d+", "MaxSize": r"\d+"},
    "aws:elasticbeanstalk:environment:process:default": {
        "HealthCheckPath": r"/\S*",
        "HealthCheckTimeout": r"[1-9]\d?",
        "HealthCheckInterval": r"[1-9]\d{0,2}",
        "MatcherHTTPCode": r"[2-4]\d\d([,-][2-4]\d\d)*",
    },
    "aws:elasticbeanstalk:application:environment": {r"[A-Z][A-Z0-9_]*": r".*"},
    "aws:elasticbeanstalk:application:environmentsecrets": {r"[A-Z][A-Z0-9_]*": r"arn:aws:\S+"},
    "aws:elasticbeanstalk:cloudwatch:logs": {
        "StreamLogs": r"true|false",
        "RetentionInDays": r"1|3|5|7|14|30|60|90|120|150|180|365|400|545|731|1827|3653",
        "DeleteOnTerminate": r"true|false",
    },
    "aws:elasticbeanstalk:healthreporting:system": {"SystemType": r"basic|enhanced"},
    "aws:elasticbeanstalk:managedactions": {
        "ManagedActionsEnabled": r"true|false",
        "PreferredStartTime": r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun):([01]\d|2[0-3]):[0-5]\d",
        "ServiceRoleForManagedUpdates": r"\S+",
    },
    "aws:elasticbeanstalk:managedactions:platformupdate": {
        "UpdateLevel": r"patch|minor",
        "InstanceRefreshEnabled": r"true|false",
    },
    "aws:elbv2:loadbalancer": {"IdleTimeout": r"[1-9]\d{0,3}"},
    "aws:elbv2:listener:443": {
        "ListenerEnabled": r"true|false",
        "Protocol": r"HTTPS",
        "SSLCertificateArns": r"arn:aws:\S+",
        "SSLPolicy": r"ELBSecurityPolicy-\S+",
    },
}
SECTIONS = {
    "option_settings", "packages", "sources", "files", "users", "groups",
    "commands", "container_commands", "services", "Resources",
}  # fmt: skip
# The stages at which a hook may run, in the order of a deployment.
STAGES = {"prebuild", "predeploy", "postdeploy"}


def problems(text):
    """Return a sentence for each thing in a configuration file that Elastic Beanstalk would misread or refuse."""
    config = yaml.safe_load(text)
    found = [f"there is no section {name}" for name in config if name not in SECTIONS]
    for namespace, options in config.get("option_settings", {}).items():
        if namespace not in OPTIONS:
            found.append(f"there is no namespace {namespace}")
            continue
        for name, value in options.items():
            taken = next(
                (values for known, values in OPTIONS[namespace].items() if re.fullmatch(known, name)), None
            )
            if taken is None:
                found.append(f"{namespace} has no option {name}")
            elif not isinstance(value, str):
                found.append(f"{name} must be quoted, or YAML decides what {value!r} means")
            elif not re.fullmatch(taken, value):
                found.append(f"{name} does not take {value}")
    return found


def options(namespace):
    """Collect the options of a namespace from all files."""
    found = {}
    for path in CONFIGS:
        found |= yaml.safe_load(path.read_text(encoding="utf-8"))["option_settings"].get(namespace, {})
    return found


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.name)
def test_every_option_is_one_that_elastic_beanstalk_has(path):
    assert problems(path.read_text(encoding="utf-8")) == []


def test_the_options_that_the_documentation_names_are_ones_that_elastic_beanstalk_has():
    page = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")

    named = [part for part in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL) if "option_settings" in part]

    assert [problems(part) for part in named] == [[]]


def test_nothing_replaces_the_instance_unasked_while_the_database_is_its_file():
    assert options("aws:elasticbeanstalk:managedactions") == {"ManagedActionsEnabled": "false"}
    assert "DATABASE_URL" not in options("aws:elasticbeanstalk:application:environment")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("option_setting: {}", "there is no section option_setting"),
        (
            "option_settings: {aws:elasticbeanstalk:python: {}}",
            "there is no namespace aws:elasticbeanstalk:python",
        ),
        (
            "option_settings: {aws:elasticbeanstalk:container:python: {WsgiPath: 'a:b'}}",
            "aws:elasticbeanstalk:container:python has no option WsgiPath",
        ),
        (
            "option_settings: {aws:elasticbeanstalk:container:python: {WSGIPath: application.py}}",
            "WSGIPath does not take application.py",
        ),
        (
            "option_settings: {aws:elasticbeanstalk:application:environment: {PROXY_HOPS: 2}}",
            "PROXY_HOPS must be quoted, or YAML decides what 2 means",
        ),
    ],
)
def test_the_check_sees_what_is_wrong(text, problem):
    assert problems(text) == [problem]


def test_the_environment_holds_settings_that_make_sense():
    given = options("aws:elasticbeanstalk:application:environment")
    rest = {
        "PUBLIC_URL": "https://songs.example",
        "SECRET_KEY": "a-key-of-the-tests-that-is-long-enough",
        "TOKEN_KEYS": "A" * 43 + "=",
        "SPOTIFY_CLIENT_ID": "the-app",
        "SPOTIFY_CLIENT_SECRET": "secret",
    }

    required = {name.upper() for name, field in Settings.model_fields.items() if field.is_required()}
    assert given.keys() <= {name.upper() for name in Settings.model_fields} | LEAN.keys()
    assert not given.keys() & required, "an address or a secret of one environment is in the project"
    assert Settings.from_env({**rest, **given}).proxy_hops == 2
    assert {name: given[name] for name in LEAN} == LEAN


@pytest.mark.parametrize("kind", ["hooks", "confighooks"])
def test_the_database_lies_where_no_deployment_replaces_it(tmp_path, kind):
    # `staging` stands for the application's folder, in which hooks run as root; only Amazon's machines have
    # the hooks' users, so `install` is replaced.
    staging, outside, programs = (tmp_path / name for name in ("staging", "outside", "programs"))
    shutil.copytree(ROOT / ".platform", staging / ".platform")
    for hook in (staging / ".platform").rglob("*.sh"):
        hook.write_text(hook.read_text().replace("/var/lib/music-recommender", str(outside)))
    programs.mkdir()
    (programs / "install").write_text(
        '#!/bin/sh\n[ "$*" = "-d -o webapp -g webapp -m 0700 $8" ] && mkdir -p "$8"\n'
    )
    (programs / "install").chmod(0o755)
    given = options("aws:elasticbeanstalk:application:environment")

    for _ in range(2):
        subprocess.run(
            [staging / f".platform/{kind}/predeploy/10_state_folder.sh"],
            cwd=staging,
            env={"PATH": f"{programs}:{os.environ['PATH']}"},
            check=True,
        )

    assert "DATABASE_URL" not in given, "it would override that of an RDS database"
    assert database_url(given) == "sqlite:///instance/recommender.db"
    assert (staging / "instance").resolve() == outside
    assert list(outside.iterdir()) == []


def test_what_is_named_is_there():
    module, function = options("aws:elasticbeanstalk:container:python")["WSGIPath"].split(":")

    assert find_spec(module).origin == str(ROOT / "application.py")
    assert f"{function} = " in (ROOT / "application.py").read_text(encoding="utf-8")


def test_the_health_check_asks_a_page_that_needs_no_sign_in():
    asked = {
        options("aws:elasticbeanstalk:application")["Application Healthcheck URL"],
        options("aws:elasticbeanstalk:environment:process:default")["HealthCheckPath"],
    }

    assert asked == {"/healthz"}


def test_the_procfile_starts_web_first_and_the_worker_beside_it():
    lines = (ROOT / "Procfile").read_text(encoding="utf-8").splitlines()

    assert [line.partition(":")[0] for line in lines] == ["web", "worker"]
    assert lines[0] == "web: uwsgi --ini uwsgi.ini"
    assert "http-socket = 127.0.0.1:8000" in (ROOT / "uwsgi.ini").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", HOOKS, ids=lambda path: path.name)
def test_a_hook_is_executable_in_git_and_a_shell_can_read_it(path):
    listed = subprocess.run(["git", "ls-files", "-s", "--", path], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode != 0:
        pytest.skip("needs a git checkout, and this is none")
    checked = subprocess.run(["sh", "-n", path], capture_output=True, text=True)

    assert listed.stdout.startswith("100755 ")
    assert path.parent.name in STAGES
    assert path.read_text(encoding="utf-8").startswith("#!/bin/sh\n")
    assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.parametrize("path", SNIPPETS, ids=lambda path: path.name)
def test_an_nginx_snippet_ends_every_directive(path):
    lines = [line.partition("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines()]
    code = "\n".join(line for line in lines if line)

    assert code.count("{") == code.count("}")
    assert [line for line in code.splitlines() if line[-1] not in ";{}"] == []


def test_nginx_takes_the_snippets_within_elastic_beanstalks_server_block(tmp_path):
    nginx, conf = find_nginx(), write_nginx_conf(tmp_path, find_port())

    done = subprocess.run(
        [nginx, "-t", "-e", "stderr", "-p", tmp_path, "-c", conf], capture_output=True, text=True
    )

    assert done.returncode == 0, done.stderr
    assert "[warn]" not in done.stderr


def run_prebuild_hook(staging, kind, **properties):
    """Run the hook that decides on the redirect in a copy of what is deployed, as Elastic Beanstalk does."""
    shutil.copytree(ROOT / ".platform", staging / ".platform")
    return subprocess.run(
        [staging / f".platform/{kind}/prebuild/10_https_redirect.sh"],
        cwd=staging,
        env={"PATH": os.environ["PATH"], **properties},
        capture_output=True,
        text=True,
    )


@pytest.fixture
def behind_nginx(tmp_path):
    """Return what asks a page through a running nginx, set up as a deployment with such properties is."""
    nginx, port, running = find_nginx(), find_port(), []

    class Application(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"the application")

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Application) as application:
        Thread(target=application.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

        def ask(kind, headers, **properties):
            assert run_prebuild_hook(tmp_path, kind, **properties).returncode == 0
            conf = write_nginx_conf(tmp_path, port, tmp_path / ".platform" / "nginx", application.server_port)
            running.append(subprocess.Popen([nginx, "-e", "stderr", "-p", tmp_path, "-c", conf]))
            retries = Retry(connect=8, backoff_factor=0.05, redirect=False)
            with PoolManager(retries=retries) as pool:
                return pool.request("GET", f"http://127.0.0.1:{port}/history?x=1", headers=headers)

        yield ask
        for process in running:
            process.terminate()
            process.wait(10)
        application.shutdown()


FLEXIBLE = {"Host": "songs.example", "X-Forwarded-Proto": "http"}


@pytest.mark.parametrize("kind", ["hooks", "confighooks"])
@pytest.mark.parametrize("properties", [{}, {"HTTPS_REDIRECT": ""}, {"HTTPS_REDIRECT": "yes"}], ids=str)
def test_nginx_leads_whoever_comes_by_http_to_https(behind_nginx, kind, properties):
    answer = behind_nginx(kind, FLEXIBLE, **properties)

    assert (answer.status, answer.headers["Location"]) == (301, "https://songs.example/history?x=1")


@pytest.mark.parametrize("kind", ["hooks", "confighooks"])
@pytest.mark.parametrize("public_url", ["https://songs.example", "https://songs.example/"])
def test_nginx_leads_to_the_host_of_the_public_url_only(behind_nginx, kind, public_url):
    asked = {"Host": "evil.example", "X-Forwarded-Proto": "http"}

    answer = behind_nginx(kind, asked, PUBLIC_URL=public_url)

    assert (answer.status, answer.headers["Location"]) == (301, "https://songs.example/history?x=1")


@pytest.mark.parametrize("kind", ["hooks", "confighooks"])
def test_behind_a_proxy_that_speaks_http_the_redirect_can_be_switched_off(behind_nginx, kind):
    answer = behind_nginx(kind, FLEXIBLE, HTTPS_REDIRECT="no")

    assert (answer.status, answer.data) == (200, b"the application")


@pytest.mark.parametrize("headers", [{"X-Forwarded-Proto": "https"}, {}], ids=["https", "health-check"])
def test_nginx_passes_on_https_and_the_health_check(behind_nginx, headers):
    assert behind_nginx("hooks", headers).status == 200


def test_no_log_of_nginx_holds_the_code_of_a_sign_in_also_while_the_application_is_down(tmp_path):
    nginx, port, away = find_nginx(), find_port(), find_port()
    conf = write_nginx_conf(tmp_path, port, upstream=away)
    running = subprocess.Popen([nginx, "-e", "stderr", "-p", tmp_path, "-c", conf])
    try:
        with PoolManager(retries=Retry(connect=8, backoff_factor=0.05)) as pool:
            answers = [
                pool.request("GET", f"http://127.0.0.1:{port}{path}").status
                for path in ("/callback?code=a-code-of-the-tests", "/?x=something-else")
            ]
    finally:
        running.terminate()
        running.wait(10)

    logs = [(tmp_path / name).read_text() for name in ("access.log", "error.log")]
    assert answers == [502, 502]
    assert ["something-else" in log for log in logs] == [True, True]
    assert ["a-code-of-the-tests" in log for log in logs] == [False, False]


def test_a_slip_in_the_property_that_switches_the_redirect_stops_the_deployment_with_a_sentence(tmp_path):
    done = run_prebuild_hook(tmp_path, "hooks", HTTPS_REDIRECT="off")

    assert (done.returncode, done.stderr) == (1, "HTTPS_REDIRECT must be yes or no\n")


def test_the_property_that_switches_the_redirect_is_documented():
    assert "`HTTPS_REDIRECT`" in (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    assert "`HTTPS_REDIRECT=no`" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_what_is_installed_there_is_all_that_the_processes_import():
    imported = {
        name.partition(".")[0]
        for file in list_files_needed(["application.py", "worker.py"])
        for name in list_imports(file)
        if not find_our_file(name)
    } - sys.stdlib_module_names
    distributions = packages_distributions()
    needed = {
        distribution.lower().replace("_", "-") for name in imported for distribution in distributions[name]
    }

    pinned = set(
        re.findall(r"^([a-z0-9.-]+)(?:\[[a-z]+\])?==", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    )

    assert {"flask", "huey", "numpy", "sqlalchemy"} <= needed
    assert needed <= pinned
    assert not {"pandas", "scikit-learn", "scipy", "kagglehub", "honcho"} & pinned
