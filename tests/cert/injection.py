"""Two ways to kill a program at one of its system calls, or to let the call fail: strace, and a preloaded object."""

import errno
import os
import re
import subprocess
import tempfile
from dataclasses import dataclass

CALLS = ("openat,open,creat,write,pwrite64,fsync,fdatasync,rename,renameat,renameat2,link,linkat,symlink,symlinkat,"
         "unlink,unlinkat,rmdir,mkdir,mkdirat,chmod,fchmod,fchmodat,ftruncate").split(",")
LINE = re.compile(r"(\d+)\s+(\w+)\((.*)")
# LeakSanitizer does not run under ptrace, and a preloaded object comes before the sanitizer's.
SANITIZER = {"ASAN_OPTIONS": "detect_leaks=0:verify_asan_link_order=0"}


@dataclass(frozen=True)
class Call:
    """One call of a run: its name, which of that name it is (strace) or of all (shim), and how it is told."""
    name: str
    number: int
    text: str


@dataclass(frozen=True)
class Made:
    """A file or folder made, or a mode given."""
    name: str
    path: str
    mode: int


def run(argv, extra=None, umask=-1, user=None):
    """Runs it; stdout and stderr come back as text. `user`: as that user and with no other groups."""
    identity = {"user": user, "group": user, "extra_groups": []} if user is not None else {}
    return subprocess.run([str(each) for each in argv], capture_output=True, text=True, errors="replace", timeout=60, check=False,
                          env={**os.environ, **SANITIZER, **(extra or {})}, umask=umask, **identity)


class Strace:
    """strace -e inject: the kernel's own view of the program, threads and other programs that it starts included."""
    name = "strace"
    actions = ("kill",)
    # It counts by call and not by path: a lasting error would hit standard error and what the program reads, too.
    lasting = ()

    @staticmethod
    def works():
        try:
            return subprocess.run(["strace", "-qq", "-o", "/dev/null", "true"], capture_output=True, check=False).returncode == 0
        except FileNotFoundError:
            return False

    def trace(self, argv, umask=-1):
        with tempfile.NamedTemporaryFile("r", errors="replace") as log:
            done = run(["strace", "-f", "-y", "-qq", "-s", "0", "-e", "trace=" + ",".join(f"?{c}" for c in CALLS), "-e", "signal=none",
                        "-o", log.name, *argv], umask=umask)
            return done, [match.groups() for match in map(LINE.match, log.read().splitlines()) if match]

    def calls(self, argv, box):
        """The run as it is undisturbed, and its calls on paths in the box. Counted within the first process: strace counts so too."""
        done, lines = self.trace(argv)
        counts, found = {}, []
        for pid, name, rest in lines:
            if pid != lines[0][0]:
                continue
            counts[name] = counts.get(name, 0) + 1
            if f"{box}" in rest:
                found.append(Call(name, counts[name], rest))
        return done, found

    def made(self, argv, box, umask=-1):
        """What was made, and every mode that was given."""
        done, lines = self.trace(argv, umask)
        out = []
        for _, name, rest in lines:
            mode = re.search(r", (0\d+)\) += ", rest)
            if mode and str(box) in rest and name in {"openat", "open", "creat", "mkdir", "mkdirat", "chmod", "fchmod", "fchmodat"}:
                out.append(Made(name, rest, int(mode[1], 8)))
        return done, out

    def disturb(self, argv, box, call, action):
        what = "signal=KILL" if action == "kill" else f"error={action}"
        # Not with --seccomp-bpf, which would be faster: strace 6.1 then injects errors, and no signals.
        return run(["strace", "-f", "-qq", "-e", f"trace={call.name}", "-e", "signal=none", "-o", "/dev/null",
                    "-e", f"inject={call.name}:{what}:when={call.number}", *argv])


class Shim:
    """kill_shim.so, preloaded: needs no ptrace, and can tear a write in two."""
    name = "shim"
    actions = ("kill", "tear")
    lasting = ("EIO+",)

    def __init__(self, library):
        self.library = library

    def trace(self, argv, box, umask=-1):
        with tempfile.NamedTemporaryFile("r", errors="replace") as log:
            done = run(argv, {"LD_PRELOAD": self.library, "KILL_SHIM_FOLDER": str(box), "KILL_SHIM_LOG": log.name}, umask=umask)
            return done, [line.split(" ", 2) for line in log.read().splitlines()]

    def calls(self, argv, box):
        done, lines = self.trace(argv, box)
        return done, [Call(name, number, path) for number, (name, _, path) in enumerate(lines, 1)]

    def made(self, argv, box, umask=-1):
        done, lines = self.trace(argv, box, umask)
        return done, [Made(name, path, int(mode, 8)) for name, mode, path in lines
                      if name in {"mkdirat", "fchmod", "fchmodat"} or (name == "openat" and mode != "0000")]

    def disturb(self, argv, box, call, action):
        if action not in self.actions:
            lasts = "+" if action.endswith("+") else ""
            action = f"{getattr(errno, action.rstrip('+'))}{lasts}"
        return run(argv, {"LD_PRELOAD": self.library, "KILL_SHIM_FOLDER": str(box), "KILL_SHIM_AT": str(call.number), "KILL_SHIM_DO": action})
