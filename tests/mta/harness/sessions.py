"""What can happen inside one SMTP session, for any mail server: functions of (claims, rig)."""

from .table import CERTIFICATE, STARTTLS, weak

PLAIN_TAKEN = 250


def said(rig, answer, sender="someone@sender.example"):
    return rig.mta.own_words(answer, sender)


def mail_after_starttls_without_ehlo(claims, rig):
    """A client may skip the second EHLO: the TLS facts then come with MAIL alone."""
    for client, version, cert, expected in (
            ("127.0.11.5", "TLSv1.2", "", "250"), ("127.0.11.5", "TLSv1.3", "", "250"),
            ("127.0.16.5", "TLSv1.2", "", weak("TLSv1.2", "TLSv1.3")), ("127.0.16.5", "TLSv1.3", "", "250"),
            ("127.0.19.5", "TLSv1.3", "", CERTIFICATE), ("127.0.19.5", "TLSv1.3", "other", CERTIFICATE),
            ("127.0.19.5", "TLSv1.3", "partner", "250")):
        with rig.connect(client) as session:
            session.starttls(rig.context(version, cert))
            claims.starts(f"STARTTLS, then MAIL without EHLO: {client} {version} {cert}",
                          said(rig, session.mail()), expected)
            session.quit()


def refused_then_secured(claims, rig):
    """After a refusal in the clear STARTTLS is still there, and MAIL is judged anew."""
    for skip_ehlo in (False, True):
        how = "without" if skip_ehlo else "with"
        with rig.connect("127.0.11.5") as session:
            claims.equal("MAIL in the clear is refused", said(rig, session.mail()), STARTTLS)
            claims.equal("... and refused again", said(rig, session.mail()), STARTTLS)
            answer = session.starttls(rig.context("TLSv1.3"))
            claims.equal("... STARTTLS is taken after it", answer.code, 220)
            if not skip_ehlo:
                session.ehlo()
            claims.equal(f"... and the whole message is taken over TLS, {how} EHLO", session.message().code, 250)
            session.quit()


def pipelined(claims, rig):
    """MAIL, RCPT and DATA in one packet."""
    group = ("MAIL FROM:<a@sender.example>", "RCPT TO:<b@rcpt.example>", "DATA")
    with rig.connect("127.0.11.5") as session:
        answers = session.pipeline(*group)
        claims.equal("pipelined in the clear: MAIL is refused", said(rig, answers[0], "a@sender.example"), STARTTLS)
        claims.equal("... RCPT and DATA are out of order", [a.code for a in answers[1:]], [503, 503])
        rig.secure(session)
        answers = session.pipeline(*group)
        claims.equal("pipelined over TLS: all taken", [a.code for a in answers], [250, 250, 354])
        claims.equal("... and the message", session.command("Subject: x\r\n\r\nhello\r\n.").code, 250)
        answers = session.pipeline("RSET", *group[:2], "RSET", *group[:2], "QUIT")
        claims.equal("RSET in between, all in one packet", [a.code for a in answers], [250, 250, 250, 250, 250, 250, 221])


def resets(claims, rig):
    """RSET forgets the message, not what is known of the session."""
    with rig.connect("127.0.11.5") as session:
        for turn in (1, 2):
            claims.equal(f"refused in the clear, time {turn}", said(rig, session.mail()), STARTTLS)
            claims.equal("... RSET", session.command("RSET").code, 250)
        rig.secure(session, "TLSv1.2")
        for turn in (1, 2, 3):
            claims.equal(f"taken over TLS after RSET, time {turn}", session.mail().code, 250)
            claims.equal("... RSET", session.command("RSET").code, 250)
        claims.equal("... EHLO again", session.ehlo().code, 250)
        claims.equal("the whole message after all that", session.message().code, 250)
        session.quit()


def several_messages(claims, rig):
    """Each message of a session is judged by its own sender."""
    with rig.connect("127.0.12.7") as session:
        rig.secure(session, "TLSv1.2")
        for sender, expected in (("a@sender.example", "250"), ("a@partner.example", weak("TLSv1.2", "TLSv1.3")),
                                 ("a@eu.partner.example", "250"), ("", "250"),
                                 ("b@PARTNER.example", weak("TLSv1.2", "TLSv1.3")), ("a@sender.example", "250")):
            claims.starts(f"one session, message from <{sender}>", said(rig, session.message(sender), sender), expected)
        session.quit()
    with rig.connect("127.0.12.7") as session:
        claims.equal("in the clear from elsewhere", session.message().code, 250)
        answer = session.mail("a@partner.example")
        claims.equal("... the sender's rule asks for TLS", said(rig, answer, "a@partner.example"), STARTTLS)
        rig.secure(session, "TLSv1.3")
        claims.equal("... and has it", session.message("a@partner.example").code, 250)
        session.quit()


def dropped(claims, rig):
    """Clients that hang up at any point leave nothing behind for the next."""
    for stop_after in ("connect", "EHLO", "MAIL", "RCPT", "STARTTLS"):
        session = rig.connect("127.0.11.5", ehlo=stop_after != "connect")
        if stop_after == "STARTTLS":
            rig.secure(session)
        elif stop_after not in ("connect", "EHLO"):
            session.mail()
            session.command("RCPT TO:<b@rcpt.example>") if stop_after == "RCPT" else None
        session.close()
        with rig.connect("127.0.11.5") as after:
            claims.equal(f"the next client after one that hung up after {stop_after}", said(rig, after.mail()), STARTTLS)
            after.quit()


def side_by_side(claims, rig):
    """Sessions that run at the same time keep their facts apart."""
    sessions = [rig.connect("127.0.11.5") for _ in range(6)]
    for session in sessions[::2]:
        rig.secure(session, "TLSv1.3")
    for turn in (1, 2):
        answers = [said(rig, session.mail())[:3] for session in sessions]
        claims.equal(f"six sessions side by side, every other over TLS, round {turn}", answers, ["250", "530"] * 3)
        for session in sessions:
            session.command("RSET")
    for session in sessions:
        session.quit()


ANYWHERE = (mail_after_starttls_without_ehlo, refused_then_secured, pipelined, resets, several_messages, dropped,
            side_by_side)
