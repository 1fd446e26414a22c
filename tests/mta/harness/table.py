"""The table of cases that every mail server plays: who comes how, by which rule, and the exact answer."""

import dataclasses
import datetime

OK = "250"
STARTTLS = "530 5.7.0 Must issue a STARTTLS command first"
CERTIFICATE = "554 5.7.1 A verified client certificate is required here"
AES128 = "ECDHE-ECDSA-AES128-GCM-SHA256"
AES256 = "ECDHE-ECDSA-AES256-GCM-SHA384"
PARTNER_SENDER = "robot@partner.example"


def denied(address):
    return f"554 5.7.1 Mail from [{address}] is not accepted here"


def weak(had, wanted):
    return f"554 5.7.1 {had} is too weak here, {wanted} or better is required"


def weak_cipher(had, wanted):
    return f"554 5.7.1 A cipher of {had} bits is too weak here, {wanted} bits or more are required"


def softly(reply):
    """The same reply under reply-with=tempfail."""
    return "450 4.7.0" + reply[9:]


def day(offset):
    return (datetime.date.today() + datetime.timedelta(days=offset)).isoformat()


# Loopback networks are built in as exempt; each of these is longer than 127.0.0.0/8 and so decides.
ACCESS = f"""# The access list of the tests: a network for each thing to show.
127.0.11.0/24                 required
127.0.12.0/24                 available
127.0.13.0/24                 none
127.0.14.0/24                 deny
127.0.15.0/24                 exempt
127.0.16.0/24                 required min-protocol=TLSv1.3
127.0.17.0/24                 required min-bits=256
127.0.18.0/24                 required verified
127.0.19.0/24                 required subject="mx.partner.example"
127.0.20.0/24                 required issuer="Partner*"
127.0.21.0/24                 required report
127.0.22.0/24                 required
127.0.22.128/25               deny report
127.0.23.0/24                 required from={day(30)}
127.0.24.0/24                 required from={day(-30)}
127.0.25.0/24                 required
127.0.25.8/29                 none until={day(30)} owner="printers"
127.0.25.16/29                none until={day(-30)} note="was for the move"
127.0.26.0/24                 required min-protocol=TLSv1.3 reply-with=tempfail
127.0.27.0:255.255.255.0      required
127.0.27.9                    available
127.0.28.10-127.0.28.19       deny
127.0.29.0/24                 required subject="*.partner.example"
127.0.30.0/24                 required min-protocol=TLSv1.2
127.0.31.0/24                 deny reply-with=tempfail
::1                           required min-protocol=TLSv1.2
203.0.113.0/24                required min-protocol=TLSv1.3 min-bits=256
198.51.100.0/24               required from={day(30)}
192.0.2.66                    deny
192.0.2.80                    exempt
2001:db8:25::/48              required verified subject="mx.partner.example" reply-with=tempfail
2001:db8:66::/64              deny
sender:partner.example        required min-protocol=TLSv1.3
sender:.partner.example       required
listener:behind-proxy         exempt
default                       available
"""


@dataclasses.dataclass(frozen=True)
class Case:
    client: str  # an address; 127.x and ::1 are come from, others are told by XCLIENT
    tls: str  # clear, a version over STARTTLS, or 'implicit VERSION'
    cert: str  # name of an Identity of Pki, or ''
    rule: str  # for the reader
    answer: str  # OK, or the exact reply of the milter
    sender: str = "someone@sender.example"
    ciphers: str = ""
    listener: str = "plain"

    @property
    def label(self):
        parts = [self.client, self.tls, self.cert and f"with the {self.cert}'s certificate", f"under '{self.rule}'"]
        return ", ".join(part for part in parts if part)

    @property
    def needs_xclient(self):
        return not (self.client.startswith("127.") or self.client == "::1")


MODES = [
    Case("127.0.11.5", "clear", "", "required", STARTTLS),
    Case("127.0.11.5", "TLSv1.2", "", "required", OK),
    Case("127.0.11.5", "TLSv1.3", "", "required", OK),
    Case("127.0.11.5", "implicit TLSv1.2", "", "required", OK),
    Case("127.0.11.5", "implicit TLSv1.3", "", "required", OK),
    Case("127.0.11.5", "TLSv1.3", "stranger", "required", OK),
    Case("127.0.12.5", "clear", "", "available", OK),
    Case("127.0.12.5", "TLSv1.3", "", "available", OK),
    Case("127.0.13.5", "clear", "", "none", OK),
    Case("127.0.14.5", "clear", "", "deny", denied("127.0.14.5")),
    Case("127.0.14.6", "TLSv1.3", "partner", "deny", denied("127.0.14.6")),
    Case("127.0.15.5", "clear", "", "exempt", OK),
    Case("127.0.99.5", "clear", "", "built-in exempt", OK),
    Case("127.0.27.5", "clear", "", "required (colon and mask)", STARTTLS),
    Case("127.0.27.9", "clear", "", "available (longer prefix)", OK),
    Case("127.0.28.9", "clear", "", "just before the range", OK),
    Case("127.0.28.10", "clear", "", "deny (first of range)", denied("127.0.28.10")),
    Case("127.0.28.19", "clear", "", "deny (last of range)", denied("127.0.28.19")),
    Case("127.0.28.20", "clear", "", "just after the range", OK),
    Case("::1", "clear", "", "required, IPv6", STARTTLS),
    Case("::1", "TLSv1.2", "", "required, IPv6", OK),
    Case("::1", "TLSv1.3", "", "required, IPv6", OK),
]

CONDITIONS = [
    Case("127.0.16.5", "clear", "", "min-protocol=TLSv1.3", STARTTLS),
    Case("127.0.16.5", "TLSv1.2", "", "min-protocol=TLSv1.3", weak("TLSv1.2", "TLSv1.3")),
    Case("127.0.16.5", "implicit TLSv1.2", "", "min-protocol=TLSv1.3", weak("TLSv1.2", "TLSv1.3")),
    Case("127.0.16.5", "TLSv1.3", "", "min-protocol=TLSv1.3", OK),
    Case("127.0.30.5", "TLSv1.1", "", "min-protocol=TLSv1.2", weak("TLSv1.1", "TLSv1.2")),
    Case("127.0.30.5", "TLSv1.2", "", "min-protocol=TLSv1.2", OK),
    Case("127.0.17.5", "TLSv1.2", "", "min-bits=256, AES128", weak_cipher(128, 256), ciphers=AES128),
    Case("127.0.17.5", "TLSv1.2", "", "min-bits=256, AES256", OK, ciphers=AES256),
    Case("127.0.18.5", "clear", "", "verified", STARTTLS),
    Case("127.0.18.5", "TLSv1.3", "", "verified", CERTIFICATE),
    Case("127.0.18.5", "TLSv1.3", "stranger", "verified", CERTIFICATE),
    Case("127.0.18.5", "TLSv1.2", "stranger", "verified", CERTIFICATE),
    Case("127.0.18.5", "TLSv1.3", "other", "verified", OK),
    Case("127.0.18.5", "TLSv1.2", "partner", "verified", OK),
    Case("127.0.19.5", "TLSv1.3", "", "subject=mx.partner.example", CERTIFICATE),
    Case("127.0.19.5", "TLSv1.3", "stranger", "subject=mx.partner.example", CERTIFICATE),
    Case("127.0.19.5", "TLSv1.3", "other", "subject=mx.partner.example", CERTIFICATE),
    Case("127.0.19.5", "TLSv1.3", "partner", "subject=mx.partner.example", OK),
    Case("127.0.19.5", "implicit TLSv1.2", "partner", "subject=mx.partner.example", OK),
    Case("127.0.29.5", "TLSv1.3", "other", "subject=*.partner.example", CERTIFICATE),
    Case("127.0.29.5", "TLSv1.3", "partner", "subject=*.partner.example", OK),
    Case("127.0.20.5", "TLSv1.3", "other", "issuer=Partner*", CERTIFICATE),
    Case("127.0.20.5", "TLSv1.3", "stranger", "issuer=Partner*", CERTIFICATE),
    Case("127.0.20.5", "TLSv1.3", "partner", "issuer=Partner*", OK),
]

APPLICATION = [
    Case("127.0.21.5", "clear", "", "required report", OK),
    Case("127.0.22.200", "clear", "", "deny report in required", STARTTLS),
    Case("127.0.22.200", "TLSv1.3", "", "deny report in required", OK),
    Case("127.0.23.5", "clear", "", "required from=(in 30 days)", OK),
    Case("127.0.24.5", "clear", "", "required from=(30 days ago)", STARTTLS),
    Case("127.0.25.9", "clear", "", "none until=(in 30 days)", OK),
    Case("127.0.25.17", "clear", "", "none until=(30 days ago)", STARTTLS),
    Case("127.0.26.5", "clear", "", "reply-with=tempfail", softly(STARTTLS)),
    Case("127.0.26.5", "TLSv1.2", "", "reply-with=tempfail", softly(weak("TLSv1.2", "TLSv1.3"))),
    Case("127.0.26.5", "TLSv1.3", "", "reply-with=tempfail", OK),
    Case("127.0.31.5", "TLSv1.3", "", "deny reply-with=tempfail", softly(denied("127.0.31.5"))),
    Case("127.0.12.6", "clear", "", "sender:partner.example", STARTTLS, sender=PARTNER_SENDER),
    Case("127.0.12.6", "TLSv1.2", "", "sender:partner.example", weak("TLSv1.2", "TLSv1.3"), sender=PARTNER_SENDER),
    Case("127.0.12.6", "TLSv1.3", "", "sender:partner.example", OK, sender=PARTNER_SENDER),
    Case("127.0.12.6", "TLSv1.2", "", "sender:.partner.example", OK, sender="robot@eu.partner.example"),
    Case("127.0.12.6", "clear", "", "sender:.partner.example", STARTTLS, sender="robot@eu.Partner.Example"),
    Case("127.0.12.6", "clear", "", "no sender rule for <>", OK, sender=""),
    Case("127.0.12.6", "clear", "", "another domain", OK, sender="robot@notpartner.example"),
    Case("127.0.13.6", "clear", "", "none before sender rule", OK, sender=PARTNER_SENDER),
    Case("127.0.14.6", "TLSv1.3", "", "deny before sender rule", denied("127.0.14.6"), sender=PARTNER_SENDER),
    Case("127.0.11.6", "clear", "", "listener:behind-proxy", OK, listener="named"),
]

TOLD = [
    Case("203.0.113.5", "clear", "", "TLSv1.3 and 256 bits", STARTTLS),
    Case("203.0.113.5", "TLSv1.2", "", "TLSv1.3 and 256 bits", weak("TLSv1.2", "TLSv1.3")),
    Case("203.0.113.5", "TLSv1.3", "", "TLSv1.3 and 256 bits", OK),
    Case("198.51.100.7", "clear", "", "required from=(in 30 days)", OK),
    Case("192.0.2.66", "TLSv1.3", "", "deny", denied("192.0.2.66")),
    Case("192.0.2.80", "clear", "", "exempt", OK),
    Case("198.18.7.7", "clear", "", "default available", OK),
    Case("2001:db8:25::7", "clear", "", "verified subject= tempfail", softly(STARTTLS)),
    Case("2001:db8:25::7", "TLSv1.3", "", "verified subject= tempfail", softly(CERTIFICATE)),
    Case("2001:db8:25::7", "TLSv1.3", "other", "verified subject= tempfail", softly(CERTIFICATE)),
    Case("2001:db8:25::7", "TLSv1.3", "partner", "verified subject= tempfail", OK),
    Case("2001:db8:66::1", "implicit TLSv1.3", "", "deny", denied("2001:db8:66::1")),
    Case("2001:db8:67::1", "clear", "", "default available", OK),
]

ALL = MODES + CONDITIONS + APPLICATION + TOLD


def playable(cases, mta):
    """Those that this mail server can be asked on this machine."""
    return [case for case in cases
            if (mta.has_xclient or not case.needs_xclient) and (mta.ipv6 or case.client != "::1")]
