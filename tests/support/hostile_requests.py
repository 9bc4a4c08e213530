"""Requests that no browser of ours sends, drawn from the URL map, the templates' fields and a table of values.

They are handed to the application as a web server would, byte by byte: a client library would make
proper requests of them.
"""

import io
import re
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from urllib.parse import quote_from_bytes, unquote_to_bytes, urlsplit

from startup import SESSION_COOKIE
from web.tuning_args import FLAGS, NUMBERS

TEMPLATES = Path(__file__).parents[2] / "templates"
#: What a page must never show as it is.
SCRIPTS = (b"<script>alert(7)", b"<img src=x onerror")

#: Where an address is expected.
ADDRESSES = [
    b"//evil.example/", b"/\\evil.example", b"https://evil.example/", b"javascript:alert(7)", b"http://[", b"http://[::1", b"http://a]b/",
    b"http://a:b@c:99999/", b"//[", b"http://127.0.0.1:8000//evil.example", b"http://127.0.0.1:8000.evil.example/", b"http://\xe2\x84\x80.example/",
]  # fmt: skip
#: In fields, addresses, headers and cookies alike.
HOSTILE = [
    b"", b" ", b"-1", b"-0", b"1e999", b"NaN", b"Infinity", b"0x10", b"1_0", b"9" * 5_000, b"-" + b"9" * 400, b"1" * 40,
    "٣".encode(), "²".encode(), b"None", b"null", b"true", b"[]", b"{}", b"[object Object]", b"undefined", b"[" * 2_000,
    b'{"a":' * 500, b"\0", b"a\0b", b"\r\nSet-Cookie: session=1", b"\n", b"\t", b"\x1b[31m", b"\x7f", b"\x85",
    # Lone surrogates, overlong UTF-8, beyond Unicode, half a letter, no UTF-8.
    b"\xed\xa0\x80", b"\xed\xb0\x80", b"\xc0\xaf", b"\xe0\x80\xaf", b"\xf4\x90\x80\x80", b"\xe2\x82", b"\xff\xfe", b"\xef\xbb\xbf",
    "\u202e\u2066evil".encode(), "\u2028\u2029".encode(), "\u200f".encode(), "e\u0301".encode() * 1_000, "\ufdfa".encode() * 1_000,
    b"../../../etc/passwd", b"..\\..\\boot.ini", *ADDRESSES, b"?", b"#", b"&", b"%", b"%zz", b"%u0041", b";", b",", b"=",
    b"<script>alert(7)</script>", b'"><img src=x onerror=alert(7)>', b"{{ 7 * 7 }}", b"{% raw %}", b"${7*7}", b"{0.__class__}", b"%s%n%d",
    b"'; DROP TABLE accounts; --", b"' OR 1=1 --", b"\\", b"`", b"x" * 20_000, b"x," * 5_000, b"1,2,3", b"1970-", b"-", b"--", b"+", b"5+",
]  # fmt: skip
#: Fields of forms and arguments of addresses, with values that some page takes.
GOOD = {
    "about": [b"artist", b"song"],
    "as_new": [b"on"],
    "code": [b"a-code"],
    "error": [b"access_denied", b"server_error"],
    "hour": [b"9"],
    "name": [b"Morning", "Ångström".encode()],
    "next": [b"/history", b"/privacy", *ADDRESSES],
    "off": [b"1"],
    "on_change": [b"ask", b"keep", b"overwrite"],
    "only": [b"0", b"new"],
    "parked": [b"1"],
    "playlist": [b"0" * 22],
    "preset": [b"balanced", b"50"],
    "q": [b"a", b"love"],
    "reread": [b"on"],
    "reset": [b"1"],
    "sort": [b"energy"],
    "t": [b"100", b"100,50"],
    "taste": [b"0+", b"1-"],
    "time_zone": [b"Europe/Lisbon"],
    "part": [b"energy", b"years", b"taste-0", b"size"],
    "weekday": [b"1"],
    "wish": [b"calm songs from the 80s, no Christmas", "ruhige Lieder wie Die Ärzte".encode(), b"polka"],
    "y": [b"1970-2000"],
    "y0": [b"1970"],
    "y1": [b"2000"],
    **{name: [b"0", b"20"] for name in NUMBERS},
    **{name: [b"0", b"1"] for name in FLAGS},
}
IN_TEMPLATES = re.compile(r'<(?:input|select|button|textarea)[^>]* name="([a-z0-9_]+)"')
FIELDS = sorted(
    {*GOOD, *(name for path in TEMPLATES.glob("*.html") for name in IN_TEMPLATES.findall(path.read_text()))}
    - {"csrf_token"}
)
METHODS = (
    "GET",
    "HEAD",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "OPTIONS",
    "TRACE",
    "CONNECT",
    "PROPFIND",
    "get",
    "B R",
)
#: Headers, with values that mean something to somebody.
HEADERS = {
    "HTTP_ACCEPT": [b"*/*", b"text/html;q=" + b"9" * 400],
    "HTTP_ACCEPT_ENCODING": [b"gzip", b"gzip;q=NaN", b"*;q=-1", b"br," * 500],
    "HTTP_ACCEPT_LANGUAGE": [b"pt", b"*" * 500],
    "HTTP_AUTHORIZATION": [b"Basic !!!", b"Bearer x", b"Digest username"],
    "HTTP_CACHE_CONTROL": [b"no-cache", b"max-age=-1"],
    "HTTP_CONTENT_ENCODING": [b"gzip"],
    "HTTP_EXPECT": [b"100-continue", b"x"],
    "HTTP_FORWARDED": [b"for=evil.example;host=evil.example;proto=https"],
    "HTTP_HOST": [b"evil.example", b"127.0.0.1:8000,evil.example", b"127.0.0.1:99999", b"[::1", b"a b", b"\xe9.example", b"x" * 300],
    "HTTP_HX_CURRENT_URL": ADDRESSES,
    "HTTP_HX_REQUEST": [b"true"],
    "HTTP_IF_MATCH": [b"*"],
    "HTTP_IF_MODIFIED_SINCE": [b"Thu, 01 Jan 1970 00:00:00 GMT", b"Thu, 01 Jan 99999 00:00:00 GMT", b"0"],
    "HTTP_IF_NONE_MATCH": [b"*", b'W/"', b'"x",' * 500],
    "HTTP_IF_RANGE": [b'"x"'],
    "HTTP_ORIGIN": [b"null", b"http://127.0.0.1:8000", *ADDRESSES],
    "HTTP_RANGE": [b"bytes=0-0", b"bytes=-1", b"bytes=5-1", b"bytes=" + b"0-1," * 500, b"bytes=0-" + b"9" * 400, b"lines=1"],
    "HTTP_REFERER": [b"http://127.0.0.1:8000/history", *ADDRESSES],
    "HTTP_TRANSFER_ENCODING": [b"chunked", b"gzip, chunked"],
    "HTTP_USER_AGENT": [b"a browser"],
    "HTTP_X_CSRFTOKEN": [b"forged"],
    "HTTP_X_FORWARDED_FOR": [b"1.2.3.4", b"::1, x, 300.1.1.1"],
    "HTTP_X_FORWARDED_HOST": [b"evil.example"],
    "HTTP_X_FORWARDED_PREFIX": [b"/evil"],
    "HTTP_X_FORWARDED_PROTO": [b"https", b"javascript"],
    "HTTP_X_HTTP_METHOD_OVERRIDE": [b"DELETE"],
    "HTTP_X_ORIGINAL_URL": [b"/disconnect"],
}  # fmt: skip
FORM = "application/x-www-form-urlencoded"
CONTENT_TYPES = (
    "application/json", "application/xml", "text/plain", "multipart/form-data", "multipart/form-data; boundary=", f"{FORM}; charset=utf-16",
    "multipart/form-data; boundary=" + "x" * 300, "multipart/mixed; boundary=b", "; ; =", "text", "application/x-www-form-urlencoded, text/html",
)  # fmt: skip
LENGTHS = ("-1", "abc", "1e3", "", "9" * 30, "0", "5", "٣", "+1", "0x1")
#: So many bytes may be read of a body: what is allowed of one, and what a reader takes at once.
MAX_READ_BYTES = 2 * 64 * 1024


class Endless:
    """A body that does not end, and counts what is read of it."""

    n_read = 0

    def read(self, n_bytes=-1):
        if n_bytes < 0:
            raise AssertionError("all of a body was asked for, whatever it is")
        self.n_read += n_bytes
        return b"x" * n_bytes


@dataclass
class Attacker:
    """Who sends them: a listener, perhaps, who knows what is theirs and has seen the ids of another's.

    `own` and `others` have a value for each variable part of an address.
    """

    rng: Random
    targets: list[tuple[str, str, str]]
    public_url: str
    own: dict[str, bytes] = field(default_factory=dict)
    others: dict[str, bytes] = field(default_factory=dict)
    session: str = ""
    token: str = ""
    state: bytes = b""

    def draw(self, number):
        """Return request `number`: its endpoint and what a web server would hand to the application."""
        endpoint, rule, method = self.targets[number % len(self.targets)]
        if self.rng.random() < 0.1:
            method = self.rng.choice(METHODS)
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda part: self._draw_part(part[1]), rule)
        address = urlsplit(self.public_url)
        environ = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": self._draw_query().decode("latin-1"),
            "SERVER_NAME": address.hostname,
            "SERVER_PORT": str(address.port),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": address.netloc,
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": False,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
            **self._draw_body(method),
            **self._draw_headers(),
            **self._draw_cookies(),
        }
        return endpoint, environ

    def _is(self, share):
        return self.rng.random() < share

    def _draw_hostile(self):
        return self.rng.choice([*HOSTILE, *self.others.values()])

    def _draw_part(self, name):
        """Return a variable part of an address: mostly one's own, else another's or a hostile one."""
        if self._is(0.6):
            value = self.own[name]
        else:
            value = self.others[name] if self._is(0.4) else self._draw_hostile()
        return quote_from_bytes(value, safe="/" if self._is(0.2) else "")

    def _draw_value(self, name):
        if self._is(0.7) and (name in GOOD or name in ("subject", "state")):
            return self.rng.choice(
                {"subject": [self.own["artist"], self.own["song_id"]], "state": [self.state]}.get(name)
                or GOOD[name]
            )
        return self._draw_hostile()

    def _draw_fields(self, names):
        """Return pairs of a field and a value; some come twice, as a list, or under a name of their own."""
        pairs = []
        for name in names:
            spelled = name.encode()
            if self._is(0.1):
                spelled = self.rng.choice(
                    [spelled + b"[]", spelled + b"[a]", spelled.upper(), self._draw_hostile()]
                )
            pairs += [(spelled, self._draw_value(name))] * self.rng.choice([1, 1, 1, 1, 2, 3])
        return pairs

    def _draw_query(self):
        if self._is(0.5):
            return b""
        if self._is(0.1):
            return self._draw_hostile().replace(b"\n", b"")
        return encode(self._draw_fields(self.rng.sample([*FIELDS, "state"], self.rng.randint(1, 4))))

    def _draw_body(self, method):
        if method in ("GET", "HEAD", "OPTIONS") and self._is(0.9):
            return {"wsgi.input": io.BytesIO(), "CONTENT_LENGTH": ""}
        fields = self._draw_fields(self.rng.sample(FIELDS, self.rng.randint(0, 8)))
        if self._is(0.85):
            fields.append((b"csrf_token", self.token.encode()))
        elif self._is(0.5):
            fields.append((b"csrf_token", self._draw_hostile()))
        kind, body = FORM, encode(fields)
        if self._is(0.1):
            kind, body = "multipart/form-data; boundary=b", as_multipart(fields)
        elif self._is(0.1):
            kind, body = (
                self.rng.choice(CONTENT_TYPES),
                self.rng.choice([body, self._draw_hostile(), b"[" * 60_000]),
            )
        elif self._is(0.1):
            body += b"&name=" + self._draw_hostile()
        elif self._is(0.03):
            body += b"&x=" + b"y" * 70_000
        elif self._is(0.03):
            body += b"&a=1" * 10_000
        given = {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body)), "CONTENT_TYPE": kind}
        if self._is(0.03):
            given["CONTENT_LENGTH"] = self.rng.choice(LENGTHS)
        if self._is(0.02):
            given |= {"wsgi.input": Endless(), "CONTENT_LENGTH": "9" * 12}
        if self._is(0.01):
            given |= {"wsgi.input": Endless(), "wsgi.input_terminated": True}
            del given["CONTENT_LENGTH"]
        return given

    def _draw_headers(self):
        headers = {}
        for name in self.rng.sample(sorted(HEADERS), self.rng.choice([0, 0, 0, 1, 2, 5])):
            values = [
                self.rng.choice(HEADERS[name]) if self._is(0.7) else self._draw_hostile()
                for _ in range(self.rng.choice([1, 1, 1, 2]))
            ]
            # No web server lets a line end in a header through.
            headers[name] = re.sub(rb"[\0\r\n]", b"", b", ".join(values)).decode("latin-1")
        return headers

    def _draw_cookies(self):
        cookies = [f"{SESSION_COOKIE}={self.session}".encode()] if self._is(0.85) else []
        if self._is(0.1):
            forged = [
                b".",
                b"a.b",
                b'"',
                self.session.encode()[:-1],
                self.session.encode() * 2,
                self._draw_hostile(),
            ]
            cookies.append(SESSION_COOKIE.encode() + b"=" + self.rng.choice(forged))
            self.rng.shuffle(cookies)
        if self._is(0.05):
            cookies.append(
                self.rng.choice([b"a=b", b"=", b"x=" + b"y" * 60_000, b"x=1;" * 5_000, self._draw_hostile()])
            )
        return (
            {"HTTP_COOKIE": re.sub(rb"[\0\r\n]", b"", b"; ".join(cookies)).decode("latin-1")}
            if cookies
            else {}
        )


def encode(fields):
    return b"&".join(
        quote_from_bytes(name).encode() + b"=" + quote_from_bytes(value).encode() for name, value in fields
    )


def as_multipart(fields):
    parts = [
        b'--b\r\nContent-Disposition: form-data; name="'
        + name.replace(b"\r", b"").replace(b"\n", b"")
        + (b'"; filename="x' if len(value) % 5 == 0 else b"")
        + b'"\r\n\r\n'
        + value
        for name, value in fields
    ]
    return b"\r\n".join([*parts, b"--b--\r\n"])
