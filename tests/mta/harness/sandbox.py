"""A test's own folder, ports and processes; whatever happens, nothing of it is left behind."""

import ctypes
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
libc = ctypes.CDLL(None, use_errno=True)


class MissingTool(Exception):
    """A program that the test needs is not installed: the test is skipped and says which."""


def find_tool(name, package):
    """The path of a program, also where root's PATH lacks sbin."""
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin:/usr/local/sbin")
    if not found:
        raise MissingTool(f"{name} is missing: apt-get install {package}")
    return found


def wait_until(condition, seconds, what):
    """Polls until condition() is true and returns its value; TimeoutError names what was waited for."""
    deadline = time.monotonic() + seconds
    pause = 0.005
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds} s for {what}")
        time.sleep(pause)
        pause = min(pause * 1.5, 0.1)


def children_of(pid):
    """All descendants of a process, by the process table."""
    parents = {}
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
            except OSError:
                continue  # it ended while we looked
            parents[int(entry.name)] = int(stat.rpartition(")")[2].split()[1])
    found, rest = [], [pid]
    while rest:
        parent = rest.pop()
        mine = [child for child, of in parents.items() if of == parent]
        found += mine
        rest += mine
    return found


class Sandbox:
    """Use as a context manager. Daemons that fork away come back to us, because we are their subreaper."""

    def __init__(self, time_limit=110):
        self._time_limit = time_limit
        self._undo = []
        self._ports = []
        self.root = None

    def __enter__(self):
        libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda number, _: sys.exit(128 + number))
        signal.signal(signal.SIGALRM, self._too_slow)
        signal.alarm(self._time_limit)
        # Not below TMPDIR of a deep build folder: a Unix socket's path may have 107 bytes.
        base = os.environ.get("TMPDIR", "/tmp")
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="tlsward-", dir=base if len(base) < 40 else "/tmp"))
        self.root.chmod(0o755)  # the mail servers' own users walk through it
        return self

    def __exit__(self, *_):
        signal.alarm(0)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        for undo in reversed(self._undo):
            try:
                undo()
            except Exception as problem:  # the rest must still be cleared up
                print(f"# while clearing up: {problem}")
        self._end_all()
        shutil.rmtree(self.root, ignore_errors=True)

    def _too_slow(self, *_):
        raise TimeoutError(f"the test as a whole took longer than {self._time_limit} s")

    def _end_all(self):
        for number, seconds in ((signal.SIGTERM, 3), (signal.SIGKILL, 3)):
            for pid in children_of(os.getpid()):
                try:
                    os.kill(pid, number)
                except ProcessLookupError:
                    pass
            deadline = time.monotonic() + seconds
            while time.monotonic() < deadline:
                try:
                    while os.waitpid(-1, os.WNOHANG)[0]:
                        pass
                except ChildProcessError:
                    return
                time.sleep(0.01)

    def at_exit(self, undo):
        """Called on the way out, the last first."""
        self._undo.append(undo)

    def folder(self, name, mode=0o755, owner=None):
        path = self.root / name
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(mode)
        if owner and os.getuid() == 0:
            shutil.chown(path, user=owner)
        return path

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def free_port(self):
        """A loopback port of our own, outside of the range from which clients are given theirs.

        It stays bound until we end: made without SO_REUSEADDR no other test can choose it, and with the
        option set afterwards a server (they all set it) may still listen on it.
        """
        while True:
            holder = socket.socket(socket.AF_INET)
            try:
                holder.bind(("127.0.0.1", random.randrange(20000, 32000)))
            except OSError:
                holder.close()
                continue
            holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._ports.append(holder)
            return holder.getsockname()[1]

    def start(self, argv, output, **more):
        """A process that ends with us even if we are killed; what it says goes to a file."""
        with open(output, "ab") as log:
            return subprocess.Popen([str(a) for a in argv], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                    preexec_fn=_die_with_parent, **more)


def _die_with_parent():
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


def run(argv, check=True, **more):
    """Runs a command to its end and gives back its result with text output; a failure shows what it said."""
    done = subprocess.run([str(a) for a in argv], stdin=subprocess.DEVNULL, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=60, check=False, **more)
    if check and done.returncode:
        raise RuntimeError(f"{argv[0]} ended with {done.returncode}: {done.stdout.strip()}")
    return done
