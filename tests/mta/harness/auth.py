"""Just enough of Dovecot's authentication protocol for Postfix to let a user in by AUTH PLAIN."""

import base64
import os
import socket
import threading

USER, PASSWORD = "carol", "open sesame"


def credentials():
    """What a client says after AUTH PLAIN."""
    return base64.b64encode(f"\0{USER}\0{PASSWORD}".encode()).decode()


class AuthServer(threading.Thread):
    """Serves until the sandbox ends; start it before Postfix."""

    def __init__(self, path):
        super().__init__(daemon=True)
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        os.chmod(path, 0o666)  # Postfix' smtpd comes as its own user
        self._listener.listen(8)
        self.start()

    def run(self):
        while True:
            client, _ = self._listener.accept()
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        with client, client.makefile("rw", encoding="utf-8", newline="\n") as stream:
            stream.write(f"VERSION\t1\t1\nMECH\tPLAIN\tplaintext\nSPID\t{os.getpid()}\nCUID\t1\nCOOKIE\t00\nDONE\n")
            stream.flush()
            for request in stream:
                words = request.rstrip("\n").split("\t")
                if words[0] == "AUTH":
                    said = next((word[5:] for word in words if word.startswith("resp=")), "")
                    good = said == credentials()
                    stream.write(f"OK\t{words[1]}\tuser={USER}\n" if good else f"FAIL\t{words[1]}\tuser={USER}\n")
                    stream.flush()
