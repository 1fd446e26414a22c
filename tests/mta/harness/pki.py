"""Throw-away certificates: two certificate authorities that the servers trust, one that nobody trusts."""

import dataclasses
import pathlib

from .sandbox import find_tool, run


@dataclasses.dataclass(frozen=True)
class Identity:
    cert: pathlib.Path
    key: pathlib.Path


class Pki:
    """Attributes: server (mx.test.example), partner and other (client certificates of trusted authorities),
    stranger (the partner's names, but of an unknown authority), trusted (the bundle for the servers)."""

    def __init__(self, sandbox):
        self._folder = sandbox.folder("pki")
        self._openssl = find_tool("openssl", "openssl")
        partner_ca = self._authority("partner-ca", "/O=Partner & Friends/CN=Partner CA")
        house_ca = self._authority("house-ca", "/O=House/CN=House CA")
        unknown_ca = self._authority("unknown-ca", "/O=Partner & Friends/CN=Partner CA")
        self.server = self._signed("server", "/CN=mx.test.example", house_ca)
        self.partner = self._signed("partner", "/O=Partner & Friends/OU=Mail/CN=mx.partner.example", partner_ca)
        self.other = self._signed("other", "/O=House/CN=mx.other.example", house_ca)
        self.stranger = self._signed("stranger", "/O=Partner & Friends/OU=Mail/CN=mx.partner.example", unknown_ca)
        self.trusted = self._folder / "trusted.pem"
        self.trusted.write_text(partner_ca.cert.read_text() + house_ca.cert.read_text())

    def _key(self, name):
        key = self._folder / f"{name}.key"
        run([self._openssl, "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", key])
        key.chmod(0o600)
        return key

    def _authority(self, name, subject):
        key, cert = self._key(name), self._folder / f"{name}.pem"
        run([self._openssl, "req", "-x509", "-new", "-key", key, "-subj", subject, "-days", "3",
             "-addext", "keyUsage=critical,keyCertSign", "-out", cert])
        return Identity(cert, key)

    def _signed(self, name, subject, authority):
        key, request, cert = self._key(name), self._folder / f"{name}.csr", self._folder / f"{name}.pem"
        run([self._openssl, "req", "-new", "-key", key, "-subj", subject, "-out", request])
        run([self._openssl, "x509", "-req", "-in", request, "-CA", authority.cert, "-CAkey", authority.key,
             "-CAcreateserial", "-days", "2", "-out", cert])
        return Identity(cert, key)
