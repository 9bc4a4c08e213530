"""The rehearsal of a deployment, step by step, with everything stopped at its end."""

import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import trustme
import urllib3
from cryptography.fernet import Fernet

from benchmarks.memory import SAMPLE, sample_songs
from benchmarks.system import find_port
from cli.bundle import list_uncommitted, write_bundle
from recommender.catalogue.build import load_build
from rehearsal.chromium import Seen, find_chromium, make_playlist
from rehearsal.errors import RehearsalError
from rehearsal.instance import Instance, start, stop
from rehearsal.nginx import find_nginx, list_words, write_balancer_conf, write_instance_conf
from standin.server import RunningStandin, serve
from standin.state import State
from version import VERSION

HOST = "songs.example"
PUBLIC_URL = f"https://{HOST}"
CALLBACK = f"{PUBLIC_URL}/callback"
LISTENER = "Lisa"
N_INVENTED = 3_000
MAX_START_S, MAX_ANSWER_S, BETWEEN_LOOKS_S = 60.0, 10.0, 0.1
TAIL_LINES = 15


@dataclass(frozen=True)
class Machine:
    """The programs that are no part of the bundle."""

    nginx: str
    chromium: str


@dataclass(frozen=True)
class Site:
    """The deployed site, as it is reached from outside and past its load balancer."""

    https_port: int
    http_port: int
    instance_port: int
    authority: Path

    def get(self, path: str, **headers: str) -> urllib3.BaseHTTPResponse:
        """Ask for a page by https, as a browser that trusts the certificate does."""
        with urllib3.HTTPSConnectionPool(
            "127.0.0.1",
            self.https_port,
            ca_certs=str(self.authority),
            server_hostname=HOST,
            assert_hostname=HOST,
            timeout=MAX_ANSWER_S,
        ) as pool:
            return pool.request(
                "GET",
                path,
                headers={"Host": HOST, **headers},
                redirect=False,
                retries=False,
                decode_content=False,
            )

    def get_by_http(self, path: str) -> urllib3.BaseHTTPResponse:
        """Ask for a page by http."""
        return _get(self.http_port, path, HOST)

    def check_health(self) -> urllib3.BaseHTTPResponse:
        """Ask for the health as the load balancer does, by the instance's address."""
        return _get(self.instance_port, "/healthz", "10.0.0.5")


def _get(port: int, path: str, host: str) -> urllib3.BaseHTTPResponse:
    with urllib3.HTTPConnectionPool("127.0.0.1", port, timeout=MAX_ANSWER_S) as pool:
        return pool.request("GET", path, headers={"Host": host}, redirect=False, retries=False)


def find_machine() -> Machine:
    """Find nginx and Chromium.

    Raises
    ------
    RehearsalError
        If one is not installed.
    """
    nginx, chromium = find_nginx(), find_chromium()
    if nginx is None or chromium is None:
        raise RehearsalError("nginx and Chromium are needed: apt install nginx-light chromium")
    return Machine(nginx, chromium)


def rehearse(root: Path, models: Path | None) -> None:
    """Deploy what is committed with these models, make a playlist through it, and look at what it leaves.

    Without models an invented catalogue is built. `./run bundle` refuses that, as the real Spotify
    has none of its songs; this bundle is thrown away, and meets the stand-in only.

    Raises
    ------
    RehearsalError, CommandError
        Where the deployment would fail. The end of each log has been printed then.
    """
    machine = find_machine()
    with tempfile.TemporaryDirectory(prefix="rehearsal-") as name:
        folder = Path(name)
        try:
            _rehearse(root, models, machine, folder)
        except Exception:
            _print_tails(folder / "instance" / "logs")
            raise


def _rehearse(root: Path, models: Path | None, machine: Machine, folder: Path) -> None:
    if models is None:
        with _step("an invented catalogue, as there are no models"):
            models = _train(folder / "catalogue")
    with _step("the bundle"):
        write_bundle(root, models, folder / "bundle.zip")
    if left_out := list_uncommitted(root):
        print(f"         without what is not committed: {', '.join(left_out)}")
    catalogue = load_build(models).catalogue
    songs = [catalogue.song(row) for row in range(len(catalogue))]
    state = State(songs, "the-app", secrets.token_urlsafe(16), (CALLBACK,))
    state.add_listener(LISTENER, sample_songs(songs, min(SAMPLE, len(songs) // 4)))
    with serve(state) as standin:
        port = find_port()
        instance = Instance(folder / "instance", _make_properties(standin, port))
        _deploy(instance, folder / "bundle.zip")
        with _running(instance, machine, folder, port) as (site, processes):
            with _step("it answers its health check, with the version"):
                _wait_for_health(site, processes)
            with _step("http leads to https"):
                _check_redirect(site)
            with _step("a playlist of 50 songs, in Chromium"):
                seen = make_playlist(machine.chromium, PUBLIC_URL, f"127.0.0.1:{site.https_port}", LISTENER)
            with _step("what the browser and Spotify were told"):
                _check_told(seen, state)
            with _step(f"{len(seen.files)} files, compressed and kept for a year"):
                _check_files(site, seen)
            with _step("a backup while it runs"):
                _require(instance.back_up().exists(), "there is no copy")
            with _step("asked to stop, web and worker end well"):
                _check_stop(processes)
            with _step("no code, token or key in any log, nor while the site is down"):
                code = secrets.token_urlsafe(32)
                _require(
                    site.get(f"/callback?code={code}").status == 502, "nginx does not say that it is down"
                )
                _check_logs(instance, {**state.secrets(), code: "code of a sign-in while the site is down"})


def _train(folder: Path) -> Path:
    from invented.catalogue import write_invented_catalogue
    from training.train import train

    data = write_invented_catalogue(folder, N_INVENTED)
    train([data], folder / "models", folder / "data_w_genres.csv")
    return folder / "models"


def _make_properties(standin: RunningStandin, port: int) -> dict[str, str]:
    """Make the environment properties that an operator sets, and those that lead to the stand-in."""
    return {
        "PUBLIC_URL": PUBLIC_URL,
        "SPOTIFY_CLIENT_ID": standin.state.client_id,
        "SPOTIFY_CLIENT_SECRET": standin.state.client_secret,
        "SECRET_KEY": secrets.token_urlsafe(32),
        "TOKEN_KEYS": Fernet.generate_key().decode(),
        "SPOTIFY_ACCOUNTS_URL": standin.url,
        "SPOTIFY_API_URL": f"{standin.url}/v1",
        "SPOTIFY_OPEN_URL": standin.url,
        "RECCOBEATS_URL": f"{standin.url}/reccobeats/v1",
        "PORT": str(port),
    }


def _deploy(instance: Instance, bundle: Path) -> None:
    """Do what Elastic Beanstalk does with a bundle before anything of it runs."""
    with _step("unpacked into an empty folder"):
        instance.unpack(bundle)
    with _step("the hooks before the installation"):
        instance.run_hooks("prebuild")
    with _step("a new environment, by plain pip from requirements.txt"):
        instance.install()
    with _step("the hooks before the start"):
        instance.run_hooks("predeploy")


@contextmanager
def _running(
    instance: Instance, machine: Machine, folder: Path, port: int
) -> Iterator[tuple[Site, Mapping[str, subprocess.Popen[bytes]]]]:
    """Run the Procfile's processes behind nginx behind a load balancer."""
    authority = trustme.CA()
    certificate = folder / "certificate.pem"
    authority.issue_cert(HOST).private_key_and_cert_chain_pem.write_to_path(str(certificate))
    authority.cert_pem.write_to_path(str(folder / "authority.pem"))
    site = Site(find_port(), find_port(), find_port(), folder / "authority.pem")
    platform, logs = instance.app / ".platform" / "nginx", instance.logs
    write_instance_conf(folder / "nginx", platform, site.instance_port, port, instance.app / "static", logs)
    write_balancer_conf(
        folder / "balancer", site.https_port, site.http_port, site.instance_port, certificate, logs
    )
    with ExitStack() as stack:
        for name in ("nginx", "balancer"):
            proxy = start(list_words(machine.nginx, folder / name), logs / f"{name}.start.log", folder)
            stack.callback(stop, proxy)
        yield site, stack.enter_context(instance.run_procfile())


def _wait_for_health(site: Site, processes: Mapping[str, subprocess.Popen[bytes]]) -> None:
    deadline = time.monotonic() + MAX_START_S
    while time.monotonic() < deadline:
        for name, process in processes.items():
            _require(process.poll() is None, f"the process {name} has ended")
        try:
            answer = site.check_health()
        except urllib3.exceptions.HTTPError:  # nginx has not started yet
            answer = None
        if answer is not None and answer.status == 200:
            _require(f"version: {VERSION}\n" in answer.data.decode(), "its version is another one")
            return
        time.sleep(BETWEEN_LOOKS_S)
    raise RehearsalError(f"it does not answer its health check within {MAX_START_S:.0f} s")


def _check_redirect(site: Site) -> None:
    answer = site.get_by_http("/privacy")
    led = (answer.status, answer.headers.get("Location"))
    _require(led == (301, f"{PUBLIC_URL}/privacy"), f"http is answered by {led}")
    _require(site.get("/privacy").status == 200, "https is not answered")


def _check_told(seen: Seen, state: State) -> None:
    """Check the playlist, the session's cookie, and where Spotify was told to send the listener back to."""
    [playlist] = state.playlists.values()
    _require(len(playlist.entries) == seen.n_songs == 50, f"the playlist has {len(playlist.entries)} songs")
    _require(len(seen.cookies) == 1, f"the browser has {len(seen.cookies)} cookies")
    [cookie] = seen.cookies
    flags = {name: cookie[name] for name in ("secure", "httpOnly", "sameSite", "domain")}
    wanted = {"secure": True, "httpOnly": True, "sameSite": "Lax", "domain": HOST}
    _require(flags == wanted, f"the session's cookie is {flags}")
    told = {record.query["redirect_uri"] for record in state.requests if record.path == "/authorize"}
    _require(told == {CALLBACK}, f"Spotify was told to lead back to {', '.join(sorted(told))}")


def _check_files(site: Site, seen: Seen) -> None:
    _require(bool(seen.files), "the pages ask for no file")
    for file in seen.files:
        answer = site.get(file.removeprefix(PUBLIC_URL), **{"Accept-Encoding": "gzip"})
        kept = answer.headers.get("Cache-Control")
        _require(kept == "public, max-age=31536000, immutable", f"{file} is kept by {kept}")
        is_compressed = answer.headers.get("Content-Encoding") == "gzip"
        _require(is_compressed or len(answer.data) < 1024, f"{file} is not compressed")
        _require(answer.headers.get("X-Content-Type-Options") == "nosniff", f"{file} has no such header")


def _check_stop(processes: Mapping[str, subprocess.Popen[bytes]]) -> None:
    codes = {name: stop(process) for name, process in processes.items()}
    _require(set(codes.values()) == {0}, f"they end with {codes}")


def _check_logs(instance: Instance, kinds: Mapping[str, str]) -> None:
    """Check that no log holds one of these secrets, nor one of the environment's own."""
    own = {instance.properties[name]: name for name in ("SECRET_KEY", "TOKEN_KEYS")}
    for log in sorted(instance.logs.iterdir()):
        text = log.read_text(encoding="utf-8", errors="replace")
        found = sorted({kind for secret, kind in {**kinds, **own}.items() if secret in text})
        _require(not found, f"{log.name} holds a secret: {', '.join(found)}")


def _require(is_so: bool, sentence: str) -> None:
    if not is_so:
        raise RehearsalError(sentence)


@contextmanager
def _step(name: str) -> Iterator[None]:
    """Print a step once it is done, with how long it took; a failure names it."""
    begun = time.monotonic()
    try:
        yield
    except RehearsalError as error:
        raise RehearsalError(f"{name}: {error}") from error
    print(f"{time.monotonic() - begun:6.1f} s  {name}", flush=True)


def _print_tails(logs: Path) -> None:
    """Print the end of each log that says anything."""
    for log in sorted(logs.glob("*")):
        if lines := log.read_text(encoding="utf-8", errors="replace").splitlines():
            print(f"--- the end of {log.name}", *lines[-TAIL_LINES:], sep="\n", file=sys.stderr)
