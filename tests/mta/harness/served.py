"""Which certificate a mail server serves, asked by the rooms mta and smtp through the program mta_probe."""

import hashlib
import json
import os
import pathlib
import ssl

from .sandbox import find_tool, run

KEYS = {"rsa": ["RSA", "-pkeyopt", "rsa_keygen_bits:2048"], "ecdsa": ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"]}


class Identity:
    """A key and a certificate that it signed for itself; attributes key, cert, der (files) and sha256."""

    def __init__(self, folder, name, kind):
        openssl = find_tool("openssl", "openssl")
        self.key, self.cert, self.der = (folder / f"{name}.{end}" for end in ("key", "pem", "der"))
        run([openssl, "genpkey", "-algorithm", *KEYS[kind], "-out", self.key])
        self.key.chmod(0o600)
        run([openssl, "req", "-x509", "-new", "-key", self.key, "-subj", "/CN=mx.test.example", "-days", "2",
             "-out", self.cert])
        octets = ssl.PEM_cert_to_DER_cert(self.cert.read_text())
        self.der.write_bytes(octets)
        self.sha256 = hashlib.sha256(octets).hexdigest()


class Live:
    """The files that the mail server is pointed at, and two generations of what may stand in them."""

    def __init__(self, sandbox):
        folder = sandbox.folder("identities")
        self.folder = sandbox.folder("live", mode=0o700)
        self.generations = [{kind: Identity(folder, f"{kind}{number}", kind) for kind in KEYS} for number in (1, 2)]

    def path(self, kind, what="pem"):
        return self.folder / f"{kind}.{what}"

    def put(self, number):
        """Key and certificate of both kinds in one file each, and apart, as either mail server wants them."""
        for kind, identity in self.generations[number].items():
            self._replace(self.path(kind), identity.key.read_text() + identity.cert.read_text())
            self._replace(self.path(kind, "key"), identity.key.read_text())
            self._replace(self.path(kind, "cert"), identity.cert.read_text())

    @staticmethod
    def _replace(path, text):
        fresh = path.with_suffix(".new")
        fresh.write_text(text)
        fresh.chmod(0o600)
        fresh.rename(path)

    def spoil(self, kind):
        """Something that no mail server can use."""
        for what in ("pem", "key", "cert"):
            self._replace(self.path(kind, what), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")


class Probe:
    def __init__(self, kind, config_dir, *options):
        self._program = pathlib.Path(os.environ.get("TOP_BUILDDIR", ".")).resolve() / "mta_probe"
        if not self._program.exists():
            raise RuntimeError(f"{self._program} is missing: make check builds it")
        self._words = [*options, kind, config_dir]

    def __call__(self, *words):
        return json.loads(run([self._program, *self._words, *words]).stdout)


def serves(claims, probe, port, generation, text):
    """Claims that a listener serves the generation's identity of each kind to a client that asks for it."""
    for kind, identity in generation.items():
        got = probe("await", port, kind, identity.der)
        claims.equal(f"{text}: a client that asks for {kind} is served that one, over {got.get('protocol')}",
                     (got.get("verdict"), got.get("chain")), ("ok", [identity.sha256]))
