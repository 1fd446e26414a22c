"""Sessions without a pause while the list changes: each must get the answers of one list, whole."""

import dataclasses
import json
import random
import threading
import time

from .sandbox import wait_until
from .table import STARTTLS, denied

# Two lists that differ in every answer a session gets: what the first refuses the second takes, and the other way
# round. A session of both halves would show a pair of answers that belongs to neither.
FIRST = """127.0.40.0/24   available
127.0.41.0/24   deny
sender:one.example   required
default available
"""
SECOND = """127.0.40.0/24   available
127.0.41.0/24   required
sender:two.example   required
default available
"""
SENDERS = ("a@one.example", "b@two.example", "c@one.example")
TAKEN = "250"


def answers_of(client, is_second):
    """What SENDERS are told in the clear, in order."""
    if client.startswith("127.0.41."):
        return (STARTTLS if is_second else denied(client),) * 3
    return (TAKEN, STARTTLS, TAKEN) if is_second else (STARTTLS, TAKEN, STARTTLS)


def padded(text, seed, networks=20000):
    """The same list with many more networks, so that to read it takes a moment."""
    rng = random.Random(seed)
    addresses = rng.sample(range(10 << 24, 11 << 24), networks)
    lines = [f"10.{a >> 16 & 255}.{a >> 8 & 255}.{a & 255} deny" for a in addresses]
    return text + "\n".join(lines) + "\n"


@dataclasses.dataclass(frozen=True)
class Seen:
    client: str
    began: float
    ended: float
    answers: tuple

    @property
    def explained_by(self):
        """'first', 'second', or '' when neither list gives these answers."""
        for name, is_second in (("first", False), ("second", True)):
            if self.answers == answers_of(self.client, is_second):
                return name
        return ""


class Load:
    """Clients in threads; use as a context manager, `seen` is complete after it."""

    def __init__(self, rig, clients=4, hold=0.03):
        self._rig = rig
        self._hold = hold
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self.seen = []
        self.problems = []
        self._threads = [threading.Thread(target=self._loop, args=(f"127.0.{40 + n % 2}.{5 + n}",))
                         for n in range(clients)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _loop(self, client):
        while not self._stop.is_set():
            began = time.monotonic()
            try:
                answers = self._session(client)
            except OSError as problem:
                with self._lock:
                    self.problems.append(f"{client}: {problem}")
                continue
            with self._lock:
                self.seen.append(Seen(client, began, time.monotonic(), answers))

    def _session(self, client):
        answers = []
        with self._rig.connect(client) as session:
            for sender in SENDERS:
                answer = session.mail(sender)
                answers.append(TAKEN if answer.code == 250 else self._rig.mta.own_words(answer, sender))
                session.command("RSET")
                time.sleep(self._hold)  # so that many a session is open while the list changes
            session.quit()
        return tuple(answers)


def taken_list(daemon):
    """What the daemon says is in force, by its state file; {} before it has said anything."""
    try:
        return json.loads(daemon.state.read_text())
    except (OSError, ValueError):
        return {}


def change_list(daemon, text):
    """Renames a new list over the old one and waits until the daemon has it; gives back (began, taken)."""
    before = taken_list(daemon)
    began = time.monotonic()
    daemon.replace_list(text)
    wait_until(lambda: taken_list(daemon).get("sha256") not in (None, before.get("sha256")), 30, "the new list")
    return began, time.monotonic()


@dataclasses.dataclass(frozen=True)
class Verdict:
    """What the sessions around the changes say."""
    sessions: int
    unexplained: list
    late: list  # of the old list although they began when the new one was in force
    early: list  # of the new list although they ended before it was there
    across: int  # open while a list changed


def judge(seen, changes):
    """`changes` are (began, taken, name of the list) in order; the list before the first is the other one."""
    unexplained = [s for s in seen if not s.explained_by]
    late, early, across = [], [], 0
    names = ["first" if changes[0][2] == "second" else "second"] + [change[2] for change in changes]
    for session in seen:
        # All lists that were in force, or coming into force, at some time since the session began.
        possible = set()
        for index, name in enumerate(names):
            since = changes[index - 1][0] if index else 0.0
            until = changes[index][1] if index < len(changes) else float("inf")
            if session.began <= until and session.ended >= since:
                possible.add(name)
        across += len(possible) > 1
        if session.explained_by and session.explained_by not in possible:
            (late if session.began > changes[0][1] else early).append(session)
    return Verdict(len(seen), unexplained, late, early, across)


def play_changes(rig, lists, pause=0.5):
    """Puts the lists (text, name) in force one after the other under load; (verdict, problems, slowest change)."""
    changes = []
    with Load(rig) as traffic:
        for text, name in lists:
            time.sleep(pause)
            changes.append((*change_list(rig.daemon, text), name))
        time.sleep(pause)
    return judge(traffic.seen, changes), traffic.problems, max(taken - began for began, taken, _ in changes)


def check_changes(claims, rig, lists):
    """Claims that every session around the changes is explained by one list, and by one that was in force."""
    verdict, problems, slowest = play_changes(rig, lists)
    claims.claim(f"{verdict.sessions} sessions under load while the list changed {len(lists)} times "
                 f"(in force after {slowest:.1f} s at most)", verdict.sessions > 20, "too few to mean anything")
    claims.claim(f"{verdict.across} of them were open during a change", verdict.across >= len(lists), "too few")
    claims.equal("sessions with the answers of neither list", verdict.unexplained, [])
    claims.equal("sessions with an old list's answers after the new one was in force", verdict.late, [])
    claims.equal("sessions with a new list's answers before it was there", verdict.early, [])
    claims.equal("sessions that broke off", problems, [])
