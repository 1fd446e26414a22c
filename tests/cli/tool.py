"""Runs tlsward as a script would, and counts what was claimed about it."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

TOP = pathlib.Path(os.environ.get("TOP_SRCDIR", pathlib.Path(__file__).resolve().parents[2]))
TLSWARD = os.environ.get("TLSWARD", "tlsward")
# Long enough for a sanitizer build on a busy machine.
PATIENCE = 300
NOBODY = 65534


class Claims:
    """Says ok or not ok for each claim; `end` gives the exit status."""

    def __init__(self):
        self.good = self.bad = 0

    def that(self, truth, text, *details):
        if truth:
            self.good += 1
        else:
            self.bad += 1
            print(f"not ok - {text}")
            for detail in details:
                print(f"  {detail}"[:4000])
        return bool(truth)

    def equal(self, got, want, text):
        return self.that(got == want, text, f"got:  {got!r}", f"want: {want!r}")

    def end(self):
        print(f"{'ok' if not self.bad else 'not ok'} - {self.good} claims held, {self.bad} did not")
        sys.exit(1 if self.bad or not self.good else 0)


class Folder:
    """A folder for one test; everybody may look into it."""

    def __enter__(self):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="tlsward-cli."))
        self.path.chmod(0o755)
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.path, ignore_errors=True)

    def write(self, name, content):
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)


class Run:
    """One run of tlsward: status, standard output, standard error."""

    def __init__(self, *words, stdin="", env=None, command=(), cwd=None):
        data = stdin if isinstance(stdin, bytes) else stdin.encode()
        environment = {k: v for k, v in os.environ.items() if k not in {"NO_COLOR"}}
        environment.update({"LC_ALL": "C", "TZ": "UTC", **(env or {})})
        done = subprocess.run([*command, TLSWARD, *map(str, words)], input=data, capture_output=True, timeout=PATIENCE,
                              env=environment, cwd=cwd, check=False)
        self.words = " ".join(map(str, words))
        self.status = done.returncode
        self.raw = done.stdout
        self.out = done.stdout.decode(errors="replace")
        self.err = done.stderr.decode(errors="replace")

    @property
    def json(self):
        return json.loads(self.out)

    @property
    def lines(self):
        return [json.loads(line) for line in self.out.splitlines()]


def without_configuration(folder):
    """Words that name an empty configuration, so that the machine's own does not matter."""
    return ["--config", folder.write("empty.conf", "")]


def as_nobody():
    """A command in front that takes away root's rights, None where that cannot be had; tests run as root or not."""
    if os.getuid() != 0:
        return ()
    if not shutil.which("setpriv"):
        return None
    command = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")
    probe = subprocess.run([*command, TLSWARD, "--version"], capture_output=True, check=False)
    return command if probe.returncode == 0 else None
