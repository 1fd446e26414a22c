"""Makes certificates with certtool for the tests of `tlsward cert`: each anew, with fixed dates, never stored."""

import shutil
import subprocess
import sys

START, END = "2026-01-01 00:00:00 UTC", "2026-12-31 23:59:59 UTC"
NOON = "2026-06-01T12:00:00Z"  # when the tests judge
ROOT_END = "2040-01-01 00:00:00 UTC"
CURVES = {"p256": "secp256r1", "p384": "secp384r1", "p521": "secp521r1", "p192": "secp192r1"}


def need_tools(*names):
    missing = [name for name in names if not shutil.which(name)]
    if missing:
        print(f"skipped: {', '.join(missing)} missing: apt-get install gnutls-bin openssl")
        sys.exit(77)


def tool(*words, stdin=b""):
    done = subprocess.run([*map(str, words)], input=stdin, capture_output=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, words))}: {done.stderr.decode(errors='replace')}")
    return done.stdout


class Cert:
    """A certificate with its key: cert and key are paths of PEM files, issuer the Cert that signed it, or None."""

    def __init__(self, folder, name, kind="ecdsa:p256", issuer=None, lines=(), hash_name=None, key_of=None):
        self.name, self.issuer = name, issuer
        self.key = key_of.key if key_of else folder.path / f"{name}.key"
        self.cert = folder.path / f"{name}.crt"
        if not key_of:
            algorithm, _, size = kind.partition(":")
            words = ["--curve", CURVES[size]] if algorithm == "ecdsa" else ["--bits", size] if size else []
            # The key in PKCS#8, as most tools write it today.
            tool("certtool", "--generate-privkey", "--pkcs8", "--password=", "--key-type", algorithm, *words, "--outfile", self.key)
        template = folder.path / f"{name}.tmpl"
        template.write_text("\n".join(lines) + "\n")
        signer = ["--generate-self-signed"] if issuer is None else \
            ["--generate-certificate", "--load-ca-certificate", issuer.cert, "--load-ca-privkey", issuer.key]
        tool("certtool", *signer, "--load-privkey", self.key, "--template", template, *(["--hash", hash_name] if hash_name else []),
             "--outfile", self.cert)
        self.cert.write_text(self.pem)  # certtool writes a description in front

    @property
    def pem(self):
        text = self.cert.read_text()
        return text[text.index("-----BEGIN"):]

    def sha256(self):
        return tool("openssl", "x509", "-in", self.cert, "-noout", "-fingerprint", "-sha256").decode().split("=")[1].replace(":", "").strip().lower()


def dates(start=START, end=END):
    return [f'activation_date = "{start}"', f'expiration_date = "{end}"']


def ca_lines(name, *more, end=ROOT_END, start=START):
    return [f'cn = "{name}"', "ca", "cert_signing_key", "crl_signing_key", *dates(start, end), *more]


def leaf_lines(*names, cn=None, start=START, end=END, usage=True, more=()):
    lines = [f'cn = "{cn or names[0]}"', *dates(start, end), *more]
    lines += [f'ip_address = "{n[3:]}"' if n.startswith("ip:") else f'dns_name = "{n}"' for n in names]
    return lines + (["tls_www_server", "signing_key", "encryption_key"] if usage else [])


class House:
    """A root, an intermediate, and what they sign: the usual world."""

    def __init__(self, folder):
        self.folder = folder
        self.root = Cert(folder, "root", lines=ca_lines("Test Root"))
        self.middle = Cert(folder, "middle", issuer=self.root, lines=ca_lines("Test Intermediate"))

    def leaf(self, name, *names, kind="ecdsa:p256", issuer=None, hash_name=None, key_of=None, **lines):
        return Cert(self.folder, name, kind, issuer or self.middle, leaf_lines(*(names or ("mx.example.org",)), **lines),
                    hash_name, key_of)

    def pem(self, *certs):
        return "".join(c.pem for c in certs)
