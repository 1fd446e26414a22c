"""Runs tlswardd as an administrator would: a configuration file, an access list, a log to read."""

import os
import pathlib
import pwd
import re
import shutil
import signal
import socket
import subprocess

from .sandbox import MissingTool, wait_until

# Sanitizers slow everything down by this much at worst.
PATIENCE = 30


def built(variable, program):
    """A program under test: named by the environment (make check), or in a build folder near us."""
    source = pathlib.Path(__file__).resolve().parents[3]
    path = os.environ.get(variable) or shutil.which(program, path=f"{source}/build/plain:{source}/build")
    if not path or not os.access(path, os.X_OK):
        raise MissingTool(f"{program} is not built: name it in {variable}")
    return path


class Tlswardd:
    """One daemon and its files. With a `port` it listens on 127.0.0.1, else on a Unix socket of its own."""

    def __init__(self, sandbox, access, name="tlswardd", port=None, **settings):
        self._sandbox = sandbox
        self._program = built("TLSWARDD", "tlswardd")
        self._process = None
        self.folder = sandbox.folder(name)
        # As root it drops its rights, as in real life; nobody is on every system.
        self._user = "nobody" if os.getuid() == 0 else None
        self._run_folder = sandbox.folder(f"{name}/run", owner=self._user)
        self.socket = self._run_folder / "tlswardd.sock"
        # Alone in its folder, as the daemon looks at all that happens there.
        self.access = sandbox.write(f"{name}/etc/access", access)
        self.log = self.folder / "tlswardd.log"
        self.state = sandbox.folder(f"{name}/state", owner=self._user) / "list.json"
        self.config = self.folder / "tlswardd.conf"
        self._port = port
        self._settings = {
            "socket": self.spec_for("sendmail"), "access": self.access, "enforce": "yes", "log": "stderr",
            "log-level": "info", "mta": "none", "drain-time": "3s",
            "pid-file": self._run_folder / "tlswardd.pid", "state-dir": self.state.parent,
            **({"user": self._user, "socket-group": mail_group()} if self._user else {})}
        self.configure(**settings)

    def configure(self, **settings):
        """Writes the configuration anew; underscores stand for the hyphens of the keys."""
        self._settings.update({key.replace("_", "-"): value for key, value in settings.items()})
        self.config.write_text("".join(f"{key} = {value}\n" for key, value in self._settings.items()))

    def spec_for(self, mta):
        """How that mail server's configuration names our socket."""
        if self._port is None:
            return f"unix:{self.socket}"
        return f"inet:127.0.0.1:{self._port}" if mta == "postfix" else f"inet:{self._port}@127.0.0.1"

    def start(self):
        """Starts it and waits until its socket is answered."""
        self._spawn()
        wait_until(self._answers, PATIENCE, "tlswardd to answer on its socket")
        return self

    def _spawn(self):
        self._process = self._sandbox.start([self._program, "--config", self.config], self.log)

    def start_refused(self):
        """Starts one that should not run; its exit status, None when it runs all the same."""
        self._spawn()
        try:
            return self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            return None

    def _answers(self):
        if self._process.poll() is not None:
            raise RuntimeError(f"tlswardd ended with {self._process.returncode}:\n{self.log_text()}")
        with socket.socket(socket.AF_UNIX if self._port is None else socket.AF_INET) as probe:
            try:
                probe.connect(str(self.socket) if self._port is None else ("127.0.0.1", self._port))
                return True
            except OSError:
                return False

    @property
    def pid(self):
        return self._process.pid

    def runs(self):
        return self._process.poll() is None

    def signal(self, number):
        self._process.send_signal(number)

    def wait(self, seconds=PATIENCE):
        """Its exit status, None when it still runs after that time."""
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def stop(self):
        self.signal(signal.SIGTERM)
        return self.wait()

    def kill(self):
        self._process.kill()
        self._process.wait()

    def replace_list(self, text):
        """Puts another list in force the careful way: a new file renamed over the old one."""
        fresh = self.access.with_suffix(".new")
        fresh.write_text(text)
        fresh.rename(self.access)

    def log_text(self):
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def log_since(self, mark):
        return self.log_text()[mark:]

    def mark(self):
        return len(self.log_text())

    def wait_log(self, pattern, since=0, seconds=PATIENCE):
        """The first line after `since` that matches the expression; None when none came."""
        def find():
            for line in self.log_since(since).splitlines():
                if re.search(pattern, line):
                    return line
            return None
        try:
            return wait_until(find, seconds, pattern)
        except TimeoutError:
            return None


def mail_group():
    """The group that the mail servers under test open the socket by."""
    try:
        return pwd.getpwnam("postfix").pw_name
    except KeyError:
        return "root"


FIELD = re.compile(r'([a-z_-]+)=("(?:[^"\\]|\\.)*"|[^,]*)')


def fields(line):
    """The `key=value, …` of a log line, without quotes; the text before the first key is under 'head'."""
    start = FIELD.search(line)
    found = {key: value.strip('"') for key, value in FIELD.findall(line[start.start():] if start else "")}
    found["head"] = line[:start.start()].strip() if start else line
    return found
