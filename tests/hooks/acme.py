"""A certificate authority on loopback (pebble) that asks for no proof, and the real renewal tools as its clients.

The tools run with their configuration, keys and logs in the test's folder; nothing of the machine's is read or written.
"""

import os
import ssl
import subprocess
import urllib.request

from harness.sandbox import find_tool, run, wait_until

NAMES = ("mail.example.org", "mx.example.org")


class Authority:
    """One pebble."""

    def __init__(self, sandbox):
        self._sandbox = sandbox
        self.folder = sandbox.folder("authority")
        self.ca = self.folder / "ca.pem"
        run([find_tool("openssl", "openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", self.folder / "key.pem", "-out", self.ca,
             "-subj", "/CN=localhost", "-days", "30", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"])
        ports = [sandbox.free_port() for _ in range(4)]
        self.url = f"https://127.0.0.1:{ports[0]}/dir"
        config = sandbox.write("authority/pebble.json", f'''{{"pebble": {{
            "listenAddress": "127.0.0.1:{ports[0]}", "managementListenAddress": "127.0.0.1:{ports[1]}",
            "certificate": "{self.ca}", "privateKey": "{self.folder}/key.pem", "httpPort": {ports[2]}, "tlsPort": {ports[3]},
            "ocspResponderURL": "", "externalAccountBindingRequired": false}}}}''')
        free = {"PEBBLE_VA_ALWAYS_VALID": "1", "PEBBLE_VA_NOSLEEP": "1", "PEBBLE_WFE_NONCEREJECT": "0"}
        self._process = sandbox.start([find_tool("pebble", "pebble"), "-config", config], self.folder / "pebble.log", env={**os.environ, **free})
        wait_until(self._answers, 30, "pebble to answer")

    def _answers(self):
        if self._process.poll() is not None:
            raise RuntimeError(f"pebble ended with {self._process.returncode}")
        try:
            with urllib.request.urlopen(self.url, context=ssl.create_default_context(cafile=self.ca), timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False


class Tools:
    """The renewal tools, each with `hook` as what it runs for a new certificate. `env` is what they and the hook see."""

    def __init__(self, sandbox, authority, env):
        self._sandbox, self._authority = sandbox, authority
        self._env = {**{k: v for k, v in os.environ.items() if not k.startswith(("LEGO_", "RENEWED_", "CERT_"))}, **env,
                     "LEGO_CA_CERTIFICATES": str(authority.ca), "REQUESTS_CA_BUNDLE": str(authority.ca)}

    def _run(self, folder, *argv):
        done = subprocess.run([str(a) for a in argv], cwd=folder, env=self._env, stdin=subprocess.DEVNULL, text=True, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=100)
        (folder / "output.log").write_text(done.stdout)
        return done.returncode

    def lego(self, hook, verb="run", options=()):
        """`run` for the first certificate, `renew` from then on. Its paths are relative, as --path is."""
        folder = self._sandbox.folder("lego")
        names = [word for name in NAMES for word in ("--domains", name)]
        when = ["--days", "9999", "--no-random-sleep"] if verb == "renew" else []
        return self._run(folder, find_tool("lego", "lego"), "--server", self._authority.url, "--accept-tos", "--email", "a@example.org", *names, "--http",
                         "--http.port", f"127.0.0.1:{self._sandbox.free_port()}", "--path", "./state", verb, *when, *options, f"--{verb}-hook", hook)

    def certbot(self, hook, *more):
        folder = self._sandbox.folder("certbot")
        names = [word for name in NAMES for word in ("-d", name)]
        return self._run(folder, find_tool("certbot", "certbot"), "certonly", "--server", self._authority.url, "--standalone", "--http-01-address", "127.0.0.1",
                         "--http-01-port", self._sandbox.free_port(), "--agree-tos", "-m", "a@example.org", "--no-eff-email", "-n", *names,
                         "--config-dir", folder / "etc", "--work-dir", folder / "work", "--logs-dir", folder / "logs", "--deploy-hook", hook, *more)

    def dehydrated(self, hook):
        folder = self._sandbox.folder("dehydrated")
        self._sandbox.folder("dehydrated/wellknown")
        config = self._sandbox.write("dehydrated/config", f'BASEDIR="{folder}"\nCA="{self._authority.url}"\nHOOK="{hook}"\nWELLKNOWN="{folder}/wellknown"\n'
                                     f'CURL_OPTS="--cacert {self._authority.ca}"\n')
        program = find_tool("dehydrated", "dehydrated")
        status = self._run(folder, program, "--config", config, "--register", "--accept-terms")
        return status or self._run(folder, program, "--config", config, "--cron", "--domain", " ".join(NAMES))
