"""Starts, stops, crashes and reloads of tlswardd under a running mail server: functions of (claims, rig)."""

import os
import signal
import stat
import threading
import time

from .daemon import Tlswardd, built
from .load import taken_list
from .play import Rig, check_table
from .sandbox import run, wait_until
from .table import ACCESS, MODES, STARTTLS, denied

# Sanitizers and a busy machine; what is measured is a stop of seconds against one that hangs.
GRACE = 12


def mail_in_the_clear(rig, client="127.0.11.5"):
    """What a fresh session is told at MAIL."""
    with rig.connect(client) as session:
        answer = rig.mta.own_words(session.mail(), "someone@sender.example")
        session.quit()
    return answer


def killed_in_mid_session(claims, rig):
    """The milter dies by SIGKILL: the MTA defers, open sessions and new ones; a new start over the stale socket heals."""
    daemon = rig.daemon
    with rig.connect("127.0.11.5") as plain, rig.connect("127.0.11.5") as secured:
        claims.equal("before: refused in the clear", rig.mta.own_words(plain.mail(), "someone@sender.example"), STARTTLS)
        rig.secure(secured)
        claims.equal("before: taken over TLS", secured.mail().code, 250)
        secured.command("RSET")
        daemon.kill()
        claims.equal("milter killed: an open session in the clear is deferred", plain.mail().code, 451)
        claims.equal("... and one over TLS too", secured.mail().code, 451)
        claims.equal("... and deferred it stays", secured.mail().code, 451)
        plain.quit()
        secured.quit()
    with rig.connect("127.0.12.5", ehlo=False) as session:
        claims.equal("... a new session is greeted", session.greeting.code, 220)
        session.ehlo()
        claims.equal("... and deferred at MAIL, whatever its rule", session.mail().code, 451)
        session.quit()
    claims.claim("its socket file is left behind", stat.S_ISSOCK(os.stat(daemon.socket).st_mode))
    daemon.start()
    claims.equal("started again over the stale socket: right answers", mail_in_the_clear(rig), STARTTLS)
    claims.equal("... from another rule too", mail_in_the_clear(rig, "127.0.12.5")[:3], "250")


def stopped_with_sessions_open(claims, rig):
    """TERM: open sessions are served to their end, new ones are not taken, and then it is gone."""
    daemon = rig.daemon
    daemon.stop()
    daemon.configure(drain_time="8s")
    daemon.start()
    with rig.connect("127.0.11.5") as plain, rig.connect("127.0.16.5") as secured:
        rig.secure(secured, "TLSv1.3")
        claims.equal("a message under way when the stop comes", secured.mail().code, 250)
        daemon.signal(signal.SIGTERM)
        began = time.monotonic()
        wait_until(lambda: rig.connect_fails_at_mail("127.0.12.5"), GRACE, "new sessions to be deferred")
        claims.claim("a new session is deferred, not served", True)
        claims.equal("an open session still gets the right refusal",
                     rig.mta.own_words(plain.mail(), "someone@sender.example"), STARTTLS)
        rig.secure(plain, "TLSv1.2")
        claims.equal("... may still do STARTTLS and send", plain.message().code, 250)
        claims.equal("... and the message under way is taken", secured.finish_message().code, 250)
        claims.equal("... and one after it", secured.message().code, 250)
        plain.quit()
        secured.quit()
        status = daemon.wait(GRACE)
        claims.equal(f"with its last session gone it ends, status 0 ({time.monotonic() - began:.1f} s)", status, 0)
    claims.claim("its socket is gone", not daemon.socket.exists())
    daemon.start()
    claims.equal("started again: right answers", mail_in_the_clear(rig), STARTTLS)


def stopped_with_a_session_that_stays(claims, rig):
    """A session that never ends is waited for no longer than drain-time."""
    daemon = rig.daemon
    daemon.stop()
    daemon.configure(drain_time="2s")
    daemon.start()
    with rig.connect("127.0.11.5") as session:
        began = time.monotonic()
        daemon.signal(signal.SIGTERM)
        status = daemon.wait(2 + GRACE)
        took = time.monotonic() - began
        claims.equal(f"drain-time is over: ended, status 0 (after {took:.1f} s)", status, 0)
        claims.claim("... not before drain-time", took > 1.8, f"{took:.2f} s")
        claims.equal("... the session that stayed is deferred", session.mail().code, 451)
        session.quit()
    daemon.start()


def socket_paths(claims, rig):
    """What stands at the socket's path is respected: a living milter's socket, a file, a folder."""
    first = rig.daemon
    second = Tlswardd(rig.sandbox, ACCESS, name="second", socket=first.spec_for("sendmail"))
    inode = os.stat(first.socket).st_ino
    status = second.start_refused()
    claims.claim("a second daemon on a living milter's socket does not start", status not in (None, 0), f"status {status}")
    claims.within("... and says that somebody answers there", str(first.socket), second.log_text())
    claims.equal("... the socket is the first one's still", os.stat(first.socket).st_ino, inode)
    claims.equal("... which goes on", mail_in_the_clear(rig), STARTTLS)

    for name, what, make in (("file", "a regular file", lambda path: path.write_text("precious")),
                             ("folder", "a folder", lambda path: path.mkdir())):
        path = first.socket.with_name(name)
        make(path)
        other = Tlswardd(rig.sandbox, ACCESS, name=f"over-{name}", socket=f"unix:{path}")
        status = other.start_refused()
        claims.claim(f"{what} at the socket's path: does not start", status not in (None, 0), f"status {status}")
        claims.within("... the message names the path", str(path), other.log_text())
        claims.claim("... and it is untouched", path.is_dir() or path.read_text() == "precious")


def bad_lists_at_start(claims, rig):
    """A list with an error, none, an empty one: exit 78, and no socket is made."""
    for name, text, expected in (("mask", "192.0.2.0/255.0.255.0 required\ndefault available\n", "access:1"),
                                 ("twice", "192.0.2.1 required\n192.0.2.1 deny\n", "access:2"),
                                 ("empty", "# nothing\n", "access"),
                                 ("everybody", "default required\n", "RFC 3207"),
                                 ("binary", "192.0.2.1 required\n\0\0\n", "access:2")):
        daemon = Tlswardd(rig.sandbox, text, name=f"bad-{name}")
        claims.equal(f"bad list ({name}) at start: exit status", daemon.start_refused(), 78)
        claims.within("... the message says where or why", expected, daemon.log_text())
        claims.claim("... no socket is left", not daemon.socket.exists())
    daemon = Tlswardd(rig.sandbox, ACCESS, name="gone")
    daemon.access.unlink()
    claims.equal("no list at all at start: exit status", daemon.start_refused(), 78)
    claims.within("... the message names the file", str(daemon.access), daemon.log_text())


def bad_list_at_reload(claims, rig):
    """A bad list never gets in force: the old one stays, the log says so at error level, a mended one is taken."""
    daemon = rig.daemon
    changed = ACCESS.replace("127.0.12.0/24                 available", "127.0.12.0/24                 deny")
    bad = changed + "127.0.50.0/33 required\n"
    mark = daemon.mark()
    daemon.replace_list(bad)
    line = daemon.wait_log(r"access:\d+.*error|error.*access:\d+", since=mark)
    claims.claim("a bad list at reload: the log names file and line", line, daemon.log_since(mark))
    place = f"access:{len(bad.splitlines())}"
    claims.within("... the right one", place, daemon.log_since(mark))
    claims.equal("... the old list stays in force", mail_in_the_clear(rig, "127.0.12.5")[:3], "250")
    claims.equal("... all of it", mail_in_the_clear(rig), STARTTLS)
    wait_until(lambda: taken_list(daemon).get("error"), 10, "list.json to tell the error")
    claims.claim("... and list.json tells the error", taken_list(daemon).get("error"))
    done = run([built("TLSWARD", "tlsward"), "--config", daemon.config, "access", "reload"], check=False)
    claims.equal("... `tlsward access reload` says 65", done.returncode, 65)
    mark = daemon.mark()
    daemon.access.unlink()
    daemon.signal(signal.SIGUSR1)
    daemon.wait_log("error", since=mark)
    claims.equal("the file vanishes: the old list stays", mail_in_the_clear(rig), STARTTLS)
    daemon.replace_list(changed)
    wait_until(lambda: mail_in_the_clear(rig, "127.0.12.5") == denied("127.0.12.5"), 15, "the mended list")
    claims.claim("a mended list is taken by itself", True)
    # It is written after the list is in force.
    wait_until(lambda: taken_list(daemon).get("error") is None, 10, "list.json to tell no error")
    claims.claim("... and list.json tells no error", True)


def ways_to_reload(claims, rig):
    """SIGUSR1 and `tlsward access reload`; a session keeps the list it began with."""
    daemon = rig.daemon
    strict = ACCESS.replace("127.0.12.0/24                 available", "127.0.12.0/24                 required")
    tlsward = [built("TLSWARD", "tlsward"), "--config", daemon.config]
    with rig.connect("127.0.12.5") as before:
        # Postfix tells the milter of a session only when it wants an answer: with the first MAIL it has begun for both.
        claims.equal("a session under the first list", before.mail().code, 250)
        before.command("RSET")
        daemon.replace_list(strict)
        done = run([*tlsward, "access", "reload"], check=False)
        claims.equal("`tlsward access reload`: exit status", done.returncode, 0)
        claims.equal("... the new list is in force when it returns", mail_in_the_clear(rig, "127.0.12.5"), STARTTLS)
        claims.equal("... the session that began before keeps its list", before.mail().code, 250)
        before.quit()
    # In place, not renamed: an editor that truncates and writes.
    daemon.access.write_text(ACCESS)
    daemon.signal(signal.SIGUSR1)
    wait_until(lambda: mail_in_the_clear(rig, "127.0.12.5")[:3] == "250", 15, "the list after SIGUSR1")
    claims.claim("SIGUSR1 takes the list that is there", True)
    beside_a_busy_file(claims, rig, strict)
    claims.claim("the daemon is the same all the time", daemon.runs())


def beside_a_busy_file(claims, rig, text):
    """Another file of the list's folder that is written to without a pause holds up nothing."""
    quiet = threading.Event()

    def write_on():
        with open(rig.daemon.access.with_name("neighbour"), "w", encoding="utf-8") as neighbour:
            while not quiet.wait(0.01):
                neighbour.write("busy\n")
                neighbour.flush()

    writer = threading.Thread(target=write_on)
    writer.start()
    try:
        rig.daemon.replace_list(text)
        wait_until(lambda: mail_in_the_clear(rig, "127.0.12.5") == STARTTLS, 10, "the list beside a busy file")
        is_taken = True
    except TimeoutError:
        is_taken = False
    finally:
        quiet.set()
        writer.join()
    claims.claim("a busy file beside the list does not hold up a change of the list", is_taken)
    rig.daemon.replace_list(ACCESS)
    wait_until(lambda: mail_in_the_clear(rig, "127.0.12.5")[:3] == "250", 15, "the list from before")


def over_tcp(claims, sandbox, mta):
    """The same daemon on a TCP port of loopback, in the spelling of each mail server."""
    port = sandbox.free_port()
    rig = Rig(sandbox, mta, port=port, socket=f"inet:127.0.0.1:{port}")
    check_table(claims, rig, MODES[:3])
    rig.daemon.kill()
    claims.equal("killed: deferred", mail_in_the_clear(rig)[:3], "451")
    rig.daemon.configure(socket=f"inet:{port}@127.0.0.1")
    rig.daemon.start()
    claims.equal("started again on the same port: right answers", mail_in_the_clear(rig), STARTTLS)
