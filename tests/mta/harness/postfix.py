"""A private Postfix: own configuration, queue, data and log folders, loopback only, mail is discarded."""

import os
import pathlib
import socket

from .sandbox import MissingTool, find_tool, run, wait_until

MAIN = """
compatibility_level = 3.7
config_directory = {etc}
queue_directory = {queue}
data_directory = {data}
maillog_file = {log}
maillog_file_prefixes = {root}
command_directory = {commands}
daemon_directory = {daemons}
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = {interfaces}
inet_protocols = {protocols}
myhostname = mx.test.example
mynetworks = 127.0.0.0/8
mydestination =
alias_maps =
alias_database =
local_recipient_maps =
default_transport = discard:
relay_transport = discard:
relay_domains = rcpt.example
relay_recipient_maps =
smtpd_relay_restrictions = reject_unauth_destination
smtpd_recipient_restrictions =
smtpd_peername_lookup = no
smtpd_client_connection_count_limit = 0
smtpd_authorized_xclient_hosts = 0.0.0.0/0, [::]/0
smtpd_tls_security_level = may
smtpd_tls_chain_files = {server_key}, {server_cert}
smtpd_tls_CAfile = {trusted}
smtpd_tls_ask_ccert = yes
smtpd_tls_loglevel = 1
smtpd_milters = {milter}
milter_default_action = tempfail
milter_connect_timeout = 10s
{more}
"""

MASTER = """
{plain} inet n - n - - smtpd
{implicit} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
{named} inet n - n - - smtpd -o milter_macro_daemon_name=behind-proxy
{auth} inet n - n - - smtpd -o smtpd_sasl_auth_enable=yes -o smtpd_sasl_type=dovecot
  -o smtpd_sasl_path={auth_socket} -o smtpd_tls_auth_only=no
postlog unix-dgram n - n - 1 postlogd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
anvil unix - - n - 1 anvil
tlsmgr unix - - n 1000? 1 tlsmgr
proxymap unix - - n - - proxymap
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
discard unix - - n - - discard
"""


def has_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
        return True
    except OSError:
        return False


class Postfix:
    """Ports: plain (STARTTLS offered), implicit (TLS from the first byte), named (its milter macro
    {daemon_name} is behind-proxy), auth (SASL by the harness' own authentication server)."""

    name = "postfix"
    has_xclient = True
    milter_down = 451

    def __init__(self, sandbox, pki, milter, more=""):
        if os.getuid() != 0:
            raise MissingTool("Postfix starts only as root: run this test as root")
        self._sandbox = sandbox
        self._postfix = find_tool("postfix", "postfix")
        self.ipv6 = has_ipv6()
        self.plain, self.implicit, self.named, self.auth = (sandbox.free_port() for _ in range(4))
        self.etc = sandbox.folder("postfix/etc")
        data = sandbox.folder("postfix/data", owner="postfix")
        self.auth_socket = sandbox.root / "auth.socket"
        self.log = sandbox.folder("postfix/log") / "postfix.log"
        values = dict(
            etc=self.etc, queue=sandbox.folder("postfix/queue"), data=data, log=self.log, root=sandbox.root,
            commands=pathlib.Path(find_tool("postconf", "postfix")).parent, daemons=daemon_folder(),
            interfaces="127.0.0.1" + (", [::1]" if self.ipv6 else ""), protocols="all" if self.ipv6 else "ipv4",
            server_key=pki.server.key, server_cert=pki.server.cert, trusted=pki.trusted, milter=milter, more=more)
        (self.etc / "main.cf").write_text(MAIN.format(**values))
        (self.etc / "master.cf").write_text(MASTER.format(
            plain=self.plain, implicit=self.implicit, named=self.named, auth=self.auth, auth_socket=self.auth_socket))

    def start(self):
        self._sandbox.at_exit(self.stop)
        self._process = self._sandbox.start([self._postfix, "-c", self.etc, "start-fg"], self.log.with_name("start.log"))
        wait_until(self._listens, 20, "Postfix to listen")

    def _listens(self):
        try:
            socket.create_connection(("127.0.0.1", self.plain), 1).close()
            return True
        except OSError:
            return False

    def stop(self):
        run([self._postfix, "-c", self.etc, "abort"], check=False)

    def log_text(self):
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def own_words(self, reply, sender):
        """What the milter said, out of what the client was told: Postfix passes it on unchanged."""
        del sender
        return str(reply)


def daemon_folder():
    """Asked of the compiled-in defaults, because this machine may have no main.cf at all."""
    listing = run([find_tool("postconf", "postfix"), "-d", "-h", "daemon_directory"]).stdout.strip()
    folder = pathlib.Path(listing.splitlines()[-1])
    if not (folder / "smtpd").exists():
        raise MissingTool(f"no smtpd in {folder}: apt-get install postfix")
    return folder
