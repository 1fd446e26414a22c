"""Speaks the milter protocol as a mail server does, byte for byte, and knows how to run the daemon it speaks to."""

import contextlib
import os
import pathlib
import pwd
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import traceback

# What Postfix 3.7 and Sendmail 8.17 offer.
VERSION, ACTIONS, STEPS = 6, 0x1FF, 0x1FFFFF
SETSYMLIST = 0x100
NR_CONN, NR_HELO, NR_MAIL = 0x1000, 0x2000, 0x4000
NORCPT, NOBODY, NOHDRS, NOEOH, NOUNKNOWN, NODATA = 0x8, 0x10, 0x20, 0x40, 0x100, 0x200

# Sanitizers slow everything down by this much at worst.
PATIENCE = 30

POSTFIX = {"j": "mx.example", "v": "Postfix 3.7.11", "{daemon_name}": "mx.example"}
SENDMAIL = {"j": "mx.example", "v": "8.17.1.9", "{daemon_name}": "MTA-v4"}
TLS12 = {"{tls_version}": "TLSv1.2", "{cipher}": "ECDHE-RSA-AES256-GCM-SHA384", "{cipher_bits}": "256"}


# A build with ThreadSanitizer is told what is libmilter's own.
os.environ["TSAN_OPTIONS"] = f"suppressions={pathlib.Path(__file__).resolve().parent}/tsan.supp:print_suppressions=0:" + os.environ.get("TSAN_OPTIONS", "")


class Closed(Exception):
    """The milter closed the connection where a reply was due."""


class Session:
    """One connection of a mail server to the milter. `waited` counts the replies it had to wait for."""

    def __init__(self, target, timeout=PATIENCE):
        family = socket.AF_UNIX if isinstance(target, str) else socket.AF_INET6 if ":" in target[0] else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        self.socket.settimeout(timeout)
        self.socket.connect(target)
        self.steps = 0
        self.actions = 0
        self.macros = {}
        self.waited = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, command, data=b""):
        self.socket.sendall(struct.pack(">I", len(data) + 1) + command + data)

    def _read(self, size):
        out = b""
        while len(out) < size:
            got = self.socket.recv(size - len(out))
            if not got:
                raise Closed()
            out += got
        return out

    def reply(self):
        """The next packet: its letter, and the rest."""
        self.waited += 1
        size = struct.unpack(">I", self._read(4))[0]
        packet = self._read(size)
        return packet[:1].decode(), packet[1:]

    def negotiate(self, version=VERSION, actions=ACTIONS, steps=STEPS):
        self.send(b"O", struct.pack(">III", version, actions, steps))
        letter, data = self.reply()
        assert letter == "O", letter
        self.version, self.actions, self.steps = struct.unpack(">III", data[:12])
        rest = data[12:]
        while rest:
            stage = struct.unpack(">I", rest[:4])[0]
            names, _, rest = rest[4:].partition(b"\0")
            self.macros[stage] = names.decode().split()
        return self

    def define(self, command, macros):
        if macros is not None:
            self.send(b"D", command + b"".join(f"{k}\0{v}\0".encode("utf-8", "surrogateescape") for k, v in macros.items()))

    def connect(self, address="192.0.2.1", name="client.example", family=None, macros=POSTFIX, port=12345):
        """Gives the reply's letter, or None where none is due."""
        self.define(b"C", macros)
        family = family or (b"U" if address is None else b"6" if ":" in address else b"4")
        data = name.encode() + b"\0" + family
        if family != b"U":
            data += struct.pack(">H", port) + address.encode() + b"\0"
        self.send(b"C", data)
        return None if self.steps & NR_CONN else self.reply()[0]

    def helo(self, name="client.example", macros=None):
        self.define(b"H", {} if macros is None else macros)
        self.send(b"H", name.encode("utf-8", "surrogateescape") + b"\0")
        return None if self.steps & NR_HELO else self.reply()[0]

    def mail(self, sender="<a@example.org>", macros=None, arguments=()):
        """Without macros at all: False. Gives 'accept', 'continue', 'reject', 'tempfail', or the reply's text."""
        # Both mail servers send these two with every MAIL: libmilter forgets the macros of the MAIL before only for a packet with some.
        self.define(b"M", {"{client_addr}": "unknown", "{daemon_name}": "listener", **(macros or {})} if macros is not False else None)
        self.send(b"M", b"".join(a.encode("utf-8", "surrogateescape") + b"\0" for a in (sender, *arguments)))
        return self.verdict()

    def verdict(self):
        letter, data = self.reply()
        if letter == "y":
            return data.rstrip(b"\0").decode()
        return {"a": "accept", "c": "continue", "r": "reject", "t": "tempfail"}.get(letter, letter)

    def abort(self):
        self.send(b"A")

    def quit(self):
        self.send(b"Q")

    def is_closed(self, within=PATIENCE):
        """Whether the milter hangs up without a word."""
        self.socket.settimeout(within)
        try:
            return self.socket.recv(1) == b""
        except ConnectionError:
            return True
        except socket.timeout:
            return False


def wait_until(condition, what, seconds=PATIENCE):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"waited {seconds} s for {what}")
        time.sleep(0.01)


class Daemon:
    """tlswardd in a folder of its own. As root it drops its rights to nobody, as in real life."""

    def __init__(self, access="default available\n", **settings):
        self.program = os.environ.get("TLSWARDD") or sys.exit("TLSWARDD must name the daemon")
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tlsward-milter."))
        self.folder.chmod(0o755)
        self.run = self.folder / "run"
        self.run.mkdir()
        self.lists = self.folder / "lists"
        self.lists.mkdir()
        self.access = self.lists / "access"
        self.access.write_text(access)
        self.log = self.folder / "tlswardd.log"
        self.path = str(self.run / "milter.sock")
        self.state = self.run / "list.json"
        self.process = None
        self.settings = {"socket": f"unix:{self.path}", "access": self.access, "state-dir": self.run, "pid-file": self.run / "pid",
                         "enforce": "yes", "log": "stderr", "log-level": "info", "mta": "auto", "drain-time": "10s"}
        if os.getuid() == 0:
            os.chown(self.run, pwd.getpwnam("nobody").pw_uid, -1)
            self.settings["user"] = "nobody"
        self.settings.update({k.replace("_", "-"): v for k, v in settings.items()})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if any(part is not None for part in sys.exc_info()):
            print("\n".join(self.log_text().splitlines()[-60:]), file=sys.stderr)
        shutil.rmtree(self.folder, ignore_errors=True)

    def command(self, *extra):
        self.config = self.folder / "tlsward.conf"
        self.config.write_text("".join(f"{k} = {v}\n" for k, v in self.settings.items()))
        return [self.program, "--config", str(self.config), *extra]

    def spawn(self, *extra, limits=None, **popen):
        def limit():
            import resource
            resource.setrlimit(resource.RLIMIT_NOFILE, limits)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(self.command(*extra), stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                                            preexec_fn=limit if limits else None, **popen)
        return self

    def start(self, *extra, **popen):
        before = len(self.log_lines(" started: "))
        self.spawn(*extra, **popen)
        wait_until(lambda: len(self.log_lines(" started: ")) > before or self.process.poll() is not None, "tlswardd to start")
        if self.process.poll() is not None:
            raise RuntimeError(f"tlswardd ended with {self.process.returncode}:\n{self.log_text()}")
        return self

    def run_to_end(self, *extra, **popen):
        """For one that should not run: its exit status and what it said."""
        got = subprocess.run(self.command(*extra), capture_output=True, text=True, timeout=PATIENCE, **popen)
        return got.returncode, got.stderr + got.stdout

    def session(self, **negotiation):
        return Session(self.path).negotiate(**negotiation)

    def signal(self, number):
        self.process.send_signal(number)

    def wait(self, seconds=PATIENCE):
        return self.process.wait(seconds)

    def stop(self):
        self.signal(signal.SIGTERM)
        return self.wait()

    def replace_list(self, text):
        fresh = self.lists / "fresh"
        fresh.write_text(text)
        fresh.rename(self.access)

    def log_text(self):
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def log_lines(self, *parts):
        return [line for line in self.log_text().splitlines() if all(part in line for part in parts)]

    def wait_for_log(self, *parts, count=1):
        wait_until(lambda: len(self.log_lines(*parts)) >= count, f"{parts} in the log")


def is_sanitized(pid):
    """Whether the process keeps books on its memory or threads, which takes time and room."""
    with open(f"/proc/{pid}/maps") as maps:
        return any(name in line for line in maps for name in ("libasan", "libtsan", "libubsan", "libclang_rt"))


class Claims:
    """Prints one line a claim."""

    held = 0
    broken = 0

    def claim(self, text, holds, detail=""):
        if holds:
            self.held += 1
        else:
            self.broken += 1
        print(("ok - " if holds else "not ok - ") + text + ("" if holds or detail == "" else f": {detail}"), flush=True)
        return bool(holds)

    def equal(self, text, got, expected):
        return self.claim(text, got == expected, f"got {got!r}, expected {expected!r}")

    def starts(self, text, got, expected):
        return self.claim(text, str(got).startswith(expected), f"got {got!r}, expected {expected!r}...")

    def within(self, text, got, expected):
        return self.claim(text, expected in got, f"{expected!r} is not in {got!r}")


def main(*scenes):
    """Runs the scenes, each a function of claims, and exits: 0 when all held."""
    claims = Claims()
    for scene in scenes:
        print(f"# {scene.__doc__.strip().splitlines()[0]}", flush=True)
        try:
            scene(claims)
        except Exception:
            claims.broken += 1
            print(f"not ok - {scene.__name__} broke off", flush=True)
            traceback.print_exc(file=sys.stdout)
    print(f"# {claims.held} held, {claims.broken} did not")
    sys.exit(1 if claims.broken or not claims.held else 0)


@contextlib.contextmanager
def running(access="default available\n", **settings):
    with Daemon(access, **settings) as daemon:
        yield daemon.start()
        if daemon.process.poll() is not None:
            raise RuntimeError(f"tlswardd ended with {daemon.process.returncode} in the middle of a test")
        status = daemon.stop()
        if status != 0:
            raise RuntimeError(f"tlswardd ended with {status} at the end of a test:\n{daemon.log_text()}")
