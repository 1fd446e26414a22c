"""`tlsward cert` beside a private mail server: a store, certificates of one authority, and what clients are served."""

import hashlib
import json
import os
import pathlib
import ssl
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "cli"))

from certs import END, START, Cert, House, need_tools  # noqa: E402,F401  pylint: disable=wrong-import-position

HOST = "mx.test.example"
# Judged by this clock, so that no test ever ages.
AT = "2026-06-01T12:00:00Z"


class Folder:
    def __init__(self, path):
        self.path = path


class Tool:
    """tlsward by a configuration that names the store and one mail server."""

    def __init__(self, sandbox, kind, config_dir, command=()):
        need_tools("certtool", "openssl")
        self._program = os.environ.get("TLSWARD") or sys.exit("TLSWARD must name the command")
        self.house = House(Folder(sandbox.folder("house")))
        self.store = sandbox.folder("etc") / "tls"
        self.config = self.store.parent / "tlsward.conf"
        self.config.write_text(f"store = {self.store}\nmta = {kind}\nmta-config-dir = {config_dir}\n")
        self._command = command

    def leaf(self, name, kind="ecdsa:p256"):
        return self.house.leaf(name, HOST, kind=kind)

    def __call__(self, verb, *words, stdin=None):
        judging = ["--root", self.house.root.cert, "--at", AT] if verb in ("install", "verify", "rollback", "check", "hook") else []
        dns = ["--no-dns"] if verb in ("install", "hook") else []
        done = subprocess.run([*self._command, self._program, "--config", str(self.config), "cert", verb, *map(str, judging + dns), *map(str, words)],
                              input=stdin, capture_output=True, text=True, timeout=300, check=False)
        self.status, self.out, self.err = done.returncode, done.stdout, done.stderr
        if "--json" in words and not self.out:
            raise RuntimeError(f"cert {verb}: status {self.status}: {self.err}")
        return json.loads(self.out) if "--json" in words else self

    def install(self, *leaves, json_wanted=True):
        words = [w for leaf in leaves for w in (leaf.key, leaf.cert)] + [self.house.middle.cert]
        return self("install", *words, *(["--json"] if json_wanted else []))

    def served(self, port, **how):
        return served(port, **how)


def served(port, sigalgs=None, implicit=False):
    """The SHA-256 of the leaf that a client is served; sigalgs as openssl names them."""
    words = ["openssl", "s_client", "-connect", f"127.0.0.1:{port}"]
    words += [] if implicit else ["-starttls", "smtp"]
    words += ["-sigalgs", sigalgs] if sigalgs else []
    done = subprocess.run(words, input=b"QUIT\r\n", capture_output=True, timeout=30, check=False)
    text = done.stdout.decode(errors="replace")
    if "-----BEGIN CERTIFICATE-----" not in text:
        return "nothing: " + done.stderr.decode(errors="replace")[-200:]
    pem = text[text.index("-----BEGIN CERTIFICATE-----"):text.index("-----END CERTIFICATE-----")] + "-----END CERTIFICATE-----\n"
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest()
