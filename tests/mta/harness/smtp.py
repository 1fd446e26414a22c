"""An SMTP client that says exactly what it is told to, in the order it is told to."""

import dataclasses
import socket
import ssl

VERSIONS = {"TLSv1.1": ssl.TLSVersion.TLSv1_1, "TLSv1.2": ssl.TLSVersion.TLSv1_2, "TLSv1.3": ssl.TLSVersion.TLSv1_3}


@dataclasses.dataclass(frozen=True)
class Reply:
    code: int
    text: str  # all lines, joined by a blank

    def __str__(self):
        return f"{self.code} {self.text}".strip()


def tls_context(version=None, identity=None, ciphers=None):
    """A client's side of TLS; the server's certificate is not what these tests are about."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if version:
        context.minimum_version = context.maximum_version = VERSIONS[version]
    if version == "TLSv1.1":
        context.set_ciphers("ALL:@SECLEVEL=0")  # OpenSSL 3 speaks it at no higher level
    if ciphers:
        context.set_ciphers(ciphers)
    if identity:
        context.load_cert_chain(identity.cert, identity.key)
    return context


class Smtp:
    """One connection. `source` is the loopback address to come from; context means TLS from the first byte."""

    def __init__(self, host, port, source=None, context=None, timeout=20):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        self.socket.settimeout(timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if source:
            self.socket.bind((source, 0))
        self.socket.connect((host, port))
        self._buffer = b""
        if context:
            self.socket = context.wrap_socket(self.socket)
        self.greeting = self.reply()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data if isinstance(data, bytes) else data.encode())

    def reply(self):
        """The next reply; ConnectionError when the server hung up instead."""
        lines = []
        while True:
            while b"\n" not in self._buffer:
                more = self.socket.recv(4096)
                if not more:
                    raise ConnectionError("the server closed the connection")
                self._buffer += more
            line, self._buffer = self._buffer.split(b"\n", 1)
            text = line.decode("utf-8", "replace").rstrip("\r")
            lines.append(text[4:])
            if text[3:4] != "-":
                return Reply(int(text[:3]), " ".join(lines))

    def command(self, line):
        self.send(line + "\r\n")
        return self.reply()

    def pipeline(self, *lines):
        """All commands in one packet, then as many replies."""
        self.send("".join(line + "\r\n" for line in lines))
        return [self.reply() for _ in lines]

    def ehlo(self, name="client.test.example"):
        return self.command(f"EHLO {name}")

    def starttls(self, context):
        """STARTTLS and the handshake, without a new EHLO."""
        answer = self.command("STARTTLS")
        if answer.code == 220:
            self.socket = context.wrap_socket(self.socket)
            self._buffer = b""
        return answer

    def mail(self, sender="someone@sender.example"):
        return self.command(f"MAIL FROM:<{sender}>")

    def finish_message(self, recipient="reader@rcpt.example", text="hello"):
        """RCPT, DATA and the message after an accepted MAIL; the reply to the final dot or the first refusal."""
        for line, expected in ((f"RCPT TO:<{recipient}>", 250), ("DATA", 354)):
            answer = self.command(line)
            if answer.code != expected:
                return answer
        return self.command(f"Subject: test\r\n\r\n{text}\r\n.")

    def message(self, sender="someone@sender.example"):
        """A whole message: MAIL's reply if it is refused, else the reply to the final dot."""
        answer = self.mail(sender)
        return answer if answer.code != 250 else self.finish_message()

    def quit(self):
        try:
            self.command("QUIT")
        except OSError:
            pass  # it hung up first, which is as good
        self.close()

    def xclient(self, address, name="[UNAVAILABLE]"):
        """Tells Postfix which client to take us for; the reply is the new greeting."""
        spelled = f"IPV6:{address}" if ":" in address else address
        return self.command(f"XCLIENT NAME={name} ADDR={spelled}")
