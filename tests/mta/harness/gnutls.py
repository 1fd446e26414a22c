"""One client that is not OpenSSL: gnutls-cli over STARTTLS. It comes from 127.0.0.1, as it cannot choose."""

from .dialogue import Dialogue
from .sandbox import find_tool
from .table import weak

SENDER = "someone@sender.example"


def mail_by_gnutls(rig, priority):
    """The reply to MAIL; the list has to name 127.0.0.1."""
    with Dialogue([find_tool("gnutls-cli", "gnutls-bin"), "--starttls-proto=smtp", "--insecure",
                   f"--priority={priority}", f"--port={rig.mta.plain}", "127.0.0.1"]) as talk:
        talk.skip_past("Simple Client Mode")
        talk.command("EHLO client.test.example")
        return talk.command(f"MAIL FROM:<{SENDER}>") or talk.said


def check_gnutls(claims, rig):
    for priority, expected in (("NORMAL:-VERS-ALL:+VERS-TLS1.2", weak("TLSv1.2", "TLSv1.3")),
                               ("NORMAL:-VERS-ALL:+VERS-TLS1.3", "250")):
        answer = rig.mta.own_words(mail_by_gnutls(rig, priority), SENDER)
        claims.starts(f"{rig.mta.name}: gnutls-cli {priority[-6:]} under min-protocol=TLSv1.3", answer, expected)
