"""A private Sendmail, run from the folder it was unpacked into; it queues and never delivers."""

import os
import pathlib
import socket

from .dialogue import Dialogue
from .postfix import has_ipv6
from .sandbox import MissingTool, find_tool, run, wait_until

HERE = pathlib.Path(__file__).resolve().parent

MC = """divert(-1)
include(`{unpacked}/usr/share/sendmail/cf/m4/cf.m4')
divert(0)dnl
OSTYPE(`linux')dnl
define(`confDOMAIN_NAME', `mx.test.example')dnl
define(`QUEUE_DIR', `{root}/sendmail/queue')dnl
define(`STATUS_FILE', `{root}/sendmail/statistics')dnl
define(`HELP_FILE', `{root}/sendmail/help')dnl
define(`confPID_FILE', `{root}/sendmail/pid')dnl
define(`confCONTROL_SOCKET_NAME', `')dnl
define(`ALIAS_FILE', `')dnl
define(`confCW_FILE', `{root}/sendmail/local-host-names')dnl
define(`confDELIVERY_MODE', `queueonly')dnl
define(`confSERVICE_SWITCH_FILE', `{root}/sendmail/service.switch')dnl
define(`confHOSTS_FILE', `{root}/sendmail/hosts')dnl
define(`confTO_IDENT', `0s')dnl
define(`confTO_RESOLVER_RETRANS_FIRST', `1s')dnl
define(`confTO_RESOLVER_RETRY_FIRST', `1')dnl
define(`confBAD_RCPT_THROTTLE', `0')dnl
define(`confPRIVACY_FLAGS', `')dnl
define(`confLOG_LEVEL', `9')dnl
define(`confCACERT_PATH', `{root}/pki')dnl
define(`confCACERT', `{trusted}')dnl
define(`confSERVER_CERT', `{server_cert}')dnl
define(`confSERVER_KEY', `{server_key}')dnl
define(`confDONT_BLAME_SENDMAIL', `GroupWritableDirPathSafe,GroupReadableKeyFile,TrustStickyBit')dnl
FEATURE(`no_default_msa')dnl
FEATURE(`nocanonify')dnl
RELAY_DOMAIN(`rcpt.example')dnl
FEATURE(`accept_unresolvable_domains')dnl
FEATURE(`accept_unqualified_senders')dnl
DAEMON_OPTIONS(`Name=MTA-v4, Family=inet, Addr=127.0.0.1, Port={plain}')dnl
DAEMON_OPTIONS(`Name=TLSMTA, Family=inet, Addr=127.0.0.1, Port={implicit}, M=s')dnl
DAEMON_OPTIONS(`Name=behind-proxy, Family=inet, Addr=127.0.0.1, Port={named}')dnl
{ipv6}INPUT_MAIL_FILTER(`tlsward', `S={milter}, F=T, T=C:10s;S:10s;R:10s;E:1m')dnl
MAILER(`local')dnl
MAILER(`smtp')dnl
LOCAL_CONFIG
# TLS 1.1 has to arrive to be refused by the milter: OpenSSL 3 speaks it at this level only.
O CipherList=DEFAULT:@SECLEVEL=0
"""


class Sendmail:
    """Ports as those of Postfix, but none with SASL."""

    name = "sendmail"
    has_xclient = False
    milter_down = 451

    def __init__(self, sandbox, pki, milter):
        self._sandbox = sandbox
        self._unpacked = unpacked_folder()
        self._binary = self._unpacked / "usr/libexec/sendmail/sendmail"
        self.ipv6 = has_ipv6()
        self.plain, self.implicit, self.named = (sandbox.free_port() for _ in range(3))
        folder = sandbox.folder("sendmail", mode=0o755)
        sandbox.folder("sendmail/queue", mode=0o700)
        for name, text in (("local-host-names", ""), ("service.switch", "hosts files\naliases files\n"),
                           ("hosts", "127.0.0.1 localhost\n::1 localhost\n"), ("help", "")):
            (folder / name).write_text(text)
        listener6 = f"DAEMON_OPTIONS(`Name=MTA-v6, Family=inet6, Addr=::1, Port={self.plain}, M=O')dnl\n"
        mc = folder / "sendmail.mc"
        mc.write_text(MC.format(
            unpacked=self._unpacked, root=sandbox.root, trusted=pki.trusted, server_cert=pki.server.cert,
            server_key=pki.server.key, plain=self.plain, implicit=self.implicit, named=self.named,
            ipv6=listener6 if self.ipv6 else "", milter=milter))
        self._cf = folder / "sendmail.cf"
        cf_folder = self._unpacked / "usr/share/sendmail/cf/"
        shim = folder / "shim.so"
        run([find_tool("cc", "gcc"), "-shared", "-fPIC", "-O1", "-o", shim, HERE / "sendmail_shim.c"])
        # The programs under test may be built with a sanitizer, Sendmail is not: it gets our shim alone.
        self.log = folder / "sendmail.log"
        self._environment = {"LD_PRELOAD": str(shim), "TLSWARD_SYSLOG": str(self.log)}
        done = run([find_tool("m4", "m4"), f"-D_CF_DIR_={cf_folder}/", mc], cwd=folder)
        self._cf.write_text(done.stdout)

    def start(self):
        self._process = self._sandbox.start([self._binary, "-bD", "-C", self._cf], self.log.with_name("start.log"),
                                            env={**os.environ, **self._environment})
        wait_until(self._listens, 20, "Sendmail to listen")

    def _listens(self):
        if self._process.poll() is not None:
            raise RuntimeError(f"sendmail ended with {self._process.returncode}")
        try:
            with socket.create_connection(("127.0.0.1", self.plain), 1) as probe:
                probe.settimeout(5)
                return probe.recv(3) == b"220"
        except OSError:
            return False

    def stop(self):
        self._process.terminate()
        self._process.wait(10)

    def log_text(self):
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def on_a_pipe(self):
        """A Dialogue with a Sendmail that speaks SMTP on its standard input, as a mail program may start it."""
        return Dialogue([self._binary, "-bs", "-C", self._cf], env={**os.environ, **self._environment})

    def version(self):
        """As the program names itself."""
        said = run([self._binary, "-d0.1", "-bt", "-C", self._cf], check=False, env={**os.environ, **self._environment})
        return next((line.split()[1] for line in said.stdout.splitlines() if line.startswith("Version")), "?")

    def own_words(self, reply, sender):
        """What the milter said, out of what the client was told: Sendmail may put the sender before the text."""
        return str(reply).replace(f"<{sender}>... ", "")


def unpacked_folder():
    """Where contrib/quickstart unpacked Sendmail: named by the environment, or in a build folder near us."""
    named = os.environ.get("TLSWARD_SENDMAIL_ROOT")
    source = pathlib.Path(os.environ.get("TOP_SRCDIR") or pathlib.Path(__file__).resolve().parents[3])
    places = [pathlib.Path(named)] if named else [source / "build/sendmail/root"]
    for place in places:
        if (place / "usr/libexec/sendmail/sendmail").exists():
            return place
    raise MissingTool("Sendmail is not unpacked: ./contrib/quickstart does it, or name the folder in TLSWARD_SENDMAIL_ROOT")
