"""SMTP through the pipes of another program, one command at a time: servers dislike those who talk ahead."""

import subprocess
import threading


class Dialogue:
    """Use as a context manager. Lines that are no reply are the program's own talk and are passed over."""

    def __init__(self, argv, **more):
        self._process = subprocess.Popen([str(a) for a in argv], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                         stderr=subprocess.STDOUT, **more)
        # A server that never answers must not hold up the test for ever.
        self._watchdog = threading.Timer(30, self._process.kill)
        self.said = ""

    def __enter__(self):
        self._watchdog.start()
        return self

    def __exit__(self, *_):
        self._watchdog.cancel()
        self._process.kill()
        self._process.communicate()

    def skip_past(self, text):
        """Reads on to the first line that has the text in it."""
        for line in self._lines():
            if text in line:
                return

    def _lines(self):
        while True:
            line = self._process.stdout.readline().decode(errors="replace")
            if not line:
                return
            self.said += line
            yield line.strip()

    def reply(self):
        """The last line of the next reply; '' at the end of everything."""
        return next((line for line in self._lines() if line[:3].isdigit() and line[3:4] in (" ", "")), "")

    def command(self, line):
        self._process.stdin.write(line.encode() + b"\r\n")
        self._process.stdin.flush()
        return self.reply()
