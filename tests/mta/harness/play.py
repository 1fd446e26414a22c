"""Plays cases of the table through a running mail server, and sets such a server up."""

from .daemon import Tlswardd
from .pki import Pki
from .postfix import Postfix
from .sendmail import Sendmail
from .smtp import Smtp, tls_context
from .table import ACCESS, OK

MTAS = {"postfix": Postfix, "sendmail": Sendmail}


class Rig:
    """A mail server with tlswardd attached: attributes pki, daemon, mta. With `beside` another Rig, this server
    is attached to that one's daemon."""

    def __init__(self, sandbox, mta="postfix", access=ACCESS, beside=None, **settings):
        self.sandbox = sandbox
        self.pki = beside.pki if beside else Pki(sandbox)
        self.daemon = beside.daemon if beside else Tlswardd(sandbox, access, **settings).start()
        self.mta = MTAS[mta](sandbox, self.pki, self.daemon.spec_for(mta))
        self.mta.start()

    def context(self, version=None, cert="", ciphers=None):
        return tls_context(version, getattr(self.pki, cert) if cert else None, ciphers)

    def connect(self, client="127.0.11.5", implicit=None, listener="plain", ehlo=True):
        """A connection from that client, greeted; `implicit` is a context for TLS from the first byte."""
        told = not (client.startswith("127.") or client == "::1")
        host = "::1" if client == "::1" else "127.0.0.1"
        port = self.mta.implicit if implicit else getattr(self.mta, listener)
        session = Smtp(host, port, source=None if told or client == "::1" else client, context=implicit)
        if told:
            session.ehlo()
            session.xclient(client)
        if ehlo:
            session.ehlo()
        return session

    def secure(self, session, version=None, cert="", ciphers=None):
        """STARTTLS and a new EHLO."""
        answer = session.starttls(self.context(version, cert, ciphers))
        if answer.code != 220:
            raise RuntimeError(f"STARTTLS was answered {answer}")
        session.ehlo()
        return session

    def connect_fails_at_mail(self, client):
        """Whether a new session of that client is deferred, as it is while no milter answers."""
        with self.connect(client) as session:
            answer = session.mail()
            session.quit()
        return answer.code == self.mta.milter_down

    def play(self, case):
        """One session of the case: the reply to MAIL when refused, '250' once the whole message was taken."""
        version = case.tls.removeprefix("implicit ")
        is_implicit = version != case.tls
        context = None if version == "clear" else self.context(version, case.cert, case.ciphers)
        session = self.connect(case.client, context if is_implicit else None, case.listener)
        with session:
            if context and not is_implicit:
                answer = session.starttls(context)
                if answer.code != 220:
                    return f"STARTTLS: {answer}"
                session.ehlo()
            answer = session.message(case.sender)
            session.quit()
        return OK if answer.code == 250 else self.mta.own_words(answer, case.sender)


def check_table(claims, rig, cases):
    """Claims each case: code, enhanced code and text; True when all hold."""
    all_hold = True
    for case in cases:
        try:
            got = rig.play(case)
        except OSError as problem:
            got = f"broke off: {problem}"
        all_hold &= claims.equal(f"{rig.mta.name}: {case.label}: {case.answer}", got, case.answer)
    return all_hold
