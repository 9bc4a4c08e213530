"""The files of `static/`: addressed by what is in them, compressed once, kept by browsers for a year."""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, request

# Less is one packet of the network either way.
MIN_COMPRESSED_BYTES = 1024
KEEP_A_YEAR = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class StaticFile:
    """A file as it is sent; `compressed` is None where that would save nothing."""

    content: bytes
    compressed: bytes | None
    mimetype: str
    version: str


def add_static_files(app: Flask, folder: Path) -> None:
    """Serve every file of a folder, and let `url_for("static", filename=…)` lead to it.

    They are read once, so that no request looks at the disk. The address is not
    `/static`: there Elastic Beanstalk's nginx serves the folder by itself, without
    what is said here.
    """
    files = load_static_files(folder)

    def add_version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static":
            values.setdefault("version", files[values["filename"]].version)

    def send(version: str, filename: str) -> Response:
        file = files.get(filename)
        if file is None or file.version != version:
            abort(404)
        return _send(file)

    app.url_defaults(add_version)
    app.add_url_rule("/assets/<version>/<path:filename>", endpoint="static", view_func=send)


def load_static_files(folder: Path) -> dict[str, StaticFile]:
    """Load and compress every file of a folder, by its path within."""
    return {path.relative_to(folder).as_posix(): _load(path) for path in folder.rglob("*") if path.is_file()}


def _load(path: Path) -> StaticFile:
    content = path.read_bytes()
    compressed = gzip.compress(content, mtime=0) if len(content) >= MIN_COMPRESSED_BYTES else content
    return StaticFile(
        content,
        compressed if len(compressed) < len(content) else None,
        mimetypes.guess_type(path.name)[0] or "application/octet-stream",
        hashlib.sha256(content).hexdigest()[:16],
    )


def _send(file: StaticFile) -> Response:
    is_compressed = file.compressed is not None and request.accept_encodings.quality("gzip") > 0
    response = Response(file.compressed if is_compressed else file.content, mimetype=file.mimetype)
    response.headers["Cache-Control"] = KEEP_A_YEAR
    # Two forms of one file are two answers to whoever keeps them.
    response.set_etag(f"{file.version}-gzip" if is_compressed else file.version)
    if is_compressed:
        response.headers["Content-Encoding"] = "gzip"
    if file.compressed is not None:
        response.vary.add("Accept-Encoding")
    response.make_conditional(request)
    return response
