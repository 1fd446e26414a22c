"""The certificate scene of quickstart: an installation from a paste, one that is refused, a renewal and a rollback,
each with what a client is served by a private Postfix afterwards."""

from .certs import AT, HOST, Tool
from .pki import Pki
from .postfix import Postfix
from .sandbox import run as run_quietly


class Scene:
    def __init__(self, sandbox):
        # Port by port it is the Postfix of the table, but it serves a store, and judges no mail.
        live = sandbox.root / "etc/tls/live/keychain.pem"
        self.mta = Postfix(sandbox, Pki(sandbox), "", f"smtpd_tls_chain_files = {live}")
        self.cert = Tool(sandbox, "postfix", self.mta.etc)
        self.leaves = {}
        self.wrong = 0

    def leaf(self, name, kind="ecdsa:p256"):
        self.leaves[name] = self.cert.leaf(name, kind)
        return self.leaves[name]

    def served(self):
        """The name of the certificate that a client is served over STARTTLS."""
        sha256 = self.cert.served(self.mta.plain)
        return next((name for name, leaf in self.leaves.items() if leaf.sha256() == sha256), "another")

    def step(self, text, run, expected_status, expected_served):
        """One command, the last line of what it said, and what is served then."""
        served = self.served()
        good = (run.status, served) == (expected_status, expected_served)
        self.wrong += not good
        said = run.out.strip().splitlines() or run.err.strip().splitlines() or [""]
        print(f"  {text:<44} a client is served: {served:<8} {'ok' if good else 'FAIL'}\n      {said[-1]}", flush=True)
        if not good:
            print("      expected: status %s, %s; got status %s\n%s" % (expected_status, expected_served, run.status, run.out + run.err))


def play_certificates(sandbox):
    """Plays the scene; gives back how much of it was not as expected."""
    scene = Scene(sandbox)
    cert, house = scene.cert, scene.cert.house
    first, second = scene.leaf("first"), scene.leaf("second", "rsa:2048")
    print(f"\nCertificates: a store, and a private Postfix that serves it (the clock of the checks says {AT[:10]}).")
    paste = "Pasted: key, certificate, bundle\n" + first.key.read_text() + first.pem + house.middle.pem
    # The mail server is started once there is something to serve.
    run = cert("install", "-", "--mta", "none", "--hostname", HOST, stdin=paste)
    scene.mta.start()
    run_quietly(["postconf", "-c", scene.mta.etc, "-MX", f"{scene.mta.auth}/inet"])  # it would wait for an authentication server
    scene.step("tlsward cert install -   (a paste)", run, 0, "first")
    scene.step("… with another certificate's key", cert("install", second.cert, house.middle.cert, first.key), 1, "first")
    scene.step("… with its own key", cert("install", second.key, second.cert, house.middle.cert), 0, "second")
    scene.step("tlsward cert rollback", cert("rollback"), 0, "first")
    return scene.wrong
