"""A guestbook: entries live in PostgreSQL, visits and a copy of the list in redis.

GET  /         the page                 POST /entries  add an entry (a form, or JSON)
GET  /entries  the entries as JSON      GET  /health   both stores answer
"""

import html
import json
import os
import signal
import socket
import string
import sys
import urllib.parse
from contextlib import closing
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psycopg2
import redis

PAGE = string.Template((Path(__file__).parent / "page.html").read_text(encoding="utf-8"))
PASSWORD = Path(os.environ["DATABASE_PASSWORD_FILE"]).read_text(encoding="utf-8").strip()
REPLICA = socket.gethostname()
LONGEST_BODY = 16 * 1024
CACHE_SECONDS = 60

cache = redis.Redis(host=os.environ["CACHE_HOST"], socket_timeout=2)


def database():
    """Open a connection; leaving the `with` closes it."""
    user = os.environ["DATABASE_USER"]
    host = os.environ["DATABASE_HOST"]
    return closing(
        psycopg2.connect(host=host, user=user, dbname=user, password=PASSWORD, connect_timeout=2)
    )


def create_table():
    """Create the table once, though all replicas start at the same time."""
    with database() as connection, connection, connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(1)")
        cursor.execute(
            "CREATE TABLE IF NOT EXISTS entries (id serial PRIMARY KEY, author text NOT NULL,"
            " message text NOT NULL, written timestamptz NOT NULL DEFAULT now())"
        )


def add_entry(author, message):
    """Store an entry and forget the copied list."""
    with database() as connection, connection, connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO entries (author, message) VALUES (%s, %s) RETURNING id", (author, message)
        )
        number = cursor.fetchone()[0]
    cache.delete("entries")
    return {"id": number, "author": author, "message": message}


def all_entries():
    """Give the newest entries, from redis where it has them."""
    if (copy := cache.get("entries")) is not None:
        return json.loads(copy)
    with database() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT id, author, message, written FROM entries ORDER BY id DESC LIMIT 50")
        entries = [
            {"id": number, "author": author, "message": message, "written": written.isoformat()}
            for number, author, message, written in cursor.fetchall()
        ]
    cache.set("entries", json.dumps(entries), ex=CACHE_SECONDS)
    return entries


def check_stores():
    """Raise where a store does not answer."""
    cache.ping()
    with database() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def page():
    """Render the page."""
    rows = [
        f"<li>{html.escape(entry['message'])}<br><time>{html.escape(entry['author'])},"
        f" {entry['written'][:16]}</time></li>"
        for entry in all_entries()
    ]
    return PAGE.substitute(entries="\n".join(rows), visits=cache.incr("visits"), replica=REPLICA)


class Guestbook(BaseHTTPRequestHandler):
    """Answer one request."""

    def do_GET(self):
        """Show the page, the entries or the state of health."""
        path = urllib.parse.urlsplit(self.path).path
        if path == "/":
            self.answer(HTTPStatus.OK, page(), "text/html; charset=utf-8")
        elif path == "/entries":
            self.answer_json(HTTPStatus.OK, all_entries())
        elif path == "/health":
            self.answer_health()
        else:
            self.answer_json(HTTPStatus.NOT_FOUND, {"error": "no such page"})

    def do_POST(self):
        """Add an entry."""
        if urllib.parse.urlsplit(self.path).path != "/entries":
            self.answer_json(HTTPStatus.NOT_FOUND, {"error": "no such page"})
            return
        from_browser = not self.headers.get("Content-Type", "").startswith("application/json")
        entry = self.read_entry(from_browser=from_browser)
        if entry is None:
            self.answer_json(HTTPStatus.BAD_REQUEST, {"error": "author and message are needed"})
        elif from_browser:
            add_entry(*entry)
            self.send_response(HTTPStatus.SEE_OTHER)
            self.send_header("Location", "/")
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            self.answer_json(HTTPStatus.CREATED, add_entry(*entry))

    def read_entry(self, *, from_browser):
        """Give author and message, or None where the body does not hold them."""
        try:
            body = self.rfile.read(min(int(self.headers["Content-Length"]), LONGEST_BODY)).decode()
            fields = dict(urllib.parse.parse_qsl(body)) if from_browser else json.loads(body)
            author, message = fields["author"].strip(), fields["message"].strip()
        except (AttributeError, KeyError, TypeError, ValueError):
            return None
        return (author, message) if author and message else None

    def answer_health(self):
        """Tell whether both stores answer."""
        try:
            check_stores()
        except (psycopg2.Error, redis.RedisError) as error:
            self.answer_json(HTTPStatus.SERVICE_UNAVAILABLE, {"error": str(error)})
        else:
            self.answer_json(HTTPStatus.OK, {"healthy": True})

    def answer_json(self, status, value):
        """Send a JSON value."""
        self.answer(status, json.dumps(value) + "\n", "application/json")

    def answer(self, status, text, kind):
        """Send a text."""
        content = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("X-Replica", REPLICA)
        self.end_headers()
        self.wfile.write(content)

    def log_request(self, code="-", size="-"):
        """Log a request, unless a healthcheck made it."""
        if self.path != "/health":
            super().log_request(code, size)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    create_table()
    print(f"guestbook replica {REPLICA} listens on port 8000")
    ThreadingHTTPServer(("", 8000), Guestbook).serve_forever()
