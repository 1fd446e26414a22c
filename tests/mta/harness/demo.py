"""The table of quickstart: clients, how they come, by which rule, what the mail server told them, and whether
that is what was expected; then the list changes under load, and certificates come and go. Run as `python3 -m harness.demo postfix sendmail`."""

import re
import sys
import time

from . import load
from .demo_certs import play_certificates
from .play import Rig
from .sandbox import MissingTool, Sandbox, run
from .table import ALL, playable

NO_ANSWER = "-"


def line(cells, widths=(14, 13, 8, 27)):
    """A line of the table: who, how and by which rule, then the expected and the answered codes, then ok or FAIL."""
    left = [f"{cell:<{width}}" for cell, width in zip(cells, widths)]
    return " ".join(left + [f"{cell:<9}" for cell in cells[len(widths):-1]] + [cells[-1]]).rstrip()


def code_of(answer):
    """Code and enhanced code; the texts are below the table."""
    return answer[:9]


def play_case(case, rigs):
    """What each mail server answered; NO_ANSWER for one that cannot be asked this."""
    answers = []
    for rig in rigs:
        if case not in playable([case], rig.mta):
            answers.append(NO_ANSWER)
            continue
        try:
            answers.append(rig.play(case))
        except OSError as problem:
            answers.append(f"broke off: {problem}")
    return answers


def play_table(rigs):
    """Prints a line a case; gives back how many answers there were and how many differ."""
    texts, count, wrong = set(), 0, 0
    print(line(["client", "TLS", "cert.", "rule", "expected", *(rig.mta.name for rig in rigs), ""]))
    print("-" * 99)
    for case in ALL:
        answers = play_case(case, rigs)
        given = [answer for answer in answers if answer != NO_ANSWER]
        differ = [answer for answer in given if answer != case.answer]
        count += len(given)
        wrong += len(differ)
        print(line([case.client, case.tls.replace("implicit", "smtps"), case.cert or "-", case.rule,
                    code_of(case.answer), *map(code_of, answers), "FAIL" if differ else "ok"]), flush=True)
        for answer in differ:
            print(f"    expected: {case.answer}\n    answered: {answer}")
        if given and not differ and " " in case.answer:
            texts.add(re.sub(r"\[.*\]", "[the client's address]", case.answer))
    print("\nThe refusals in full (compared to the letter):")
    for text in sorted(texts):
        print(f"    {text}")
    return count, wrong


def show_new_answers(rig, is_second):
    """The clients of the two lists, one by one, after a change; gives back how many answers differ."""
    wrong = 0
    for client in ("127.0.40.9", "127.0.41.9"):
        expected = load.answers_of(client, is_second)
        with rig.connect(client) as session:
            for sender, answer in zip(load.SENDERS[:2], expected):
                got = session.mail(sender)
                got = load.TAKEN if got.code == 250 else rig.mta.own_words(got, sender)
                session.command("RSET")
                wrong += got != answer
                print(f"    {client:<12} from {sender:<14} {got:<58} {'ok' if got == answer else 'FAIL'}")
            session.quit()
    return wrong


def play_change(sandbox, mta):
    """Changes the list to and fro while clients send in a loop; gives back how much went wrong."""
    first, second = load.padded(load.FIRST, 1), load.padded(load.SECOND, 2)
    rig = Rig(sandbox, mta, access=first)
    print("\nChanging the list while 4 clients send without a pause (20,000 networks in each list).")
    print("  Under the first list:")
    wrong = show_new_answers(rig, is_second=False)
    verdict, problems, slowest = load.play_changes(rig, [(second, "second"), (first, "first"), (second, "second")])
    print("  Three changes later, under the second list:")
    wrong += show_new_answers(rig, is_second=True)
    for session in (verdict.unexplained + verdict.late + verdict.early)[:5]:
        print(f"    FAIL {session}")
    for problem in problems[:5]:
        print(f"    FAIL {problem}")
    print(f"  {verdict.sessions} sessions under load, {verdict.across} of them open while the list changed; a new list "
          f"was in\n  force after {slowest:.1f} s at most; sessions with answers of neither list: "
          f"{len(verdict.unexplained)}, of the wrong list: {len(verdict.late) + len(verdict.early)}.")
    return wrong + len(verdict.unexplained) + len(verdict.late) + len(verdict.early) + len(problems)


def version_of(mta):
    """How the server names itself."""
    if mta.name == "postfix":
        return "Postfix " + run(["postconf", "-d", "-h", "mail_version"]).stdout.splitlines()[-1]
    return "Sendmail " + mta.version()


def main(names):
    wrong = 0
    with Sandbox() as sandbox:
        began = time.monotonic()
        rigs = [Rig(sandbox, names[0])]
        rigs += [Rig(sandbox, name, beside=rigs[0]) for name in names[1:]]
        servers = " and ".join(version_of(rig.mta) for rig in rigs)
        print(f"{servers} run with one tlswardd attached (started in {time.monotonic() - began:.1f} s).\n"
              "smtps is TLS from the first byte; the other TLS is by STARTTLS. The partner's and the other's\n"
              "certificates are of authorities that the server trusts, the stranger's is not.\n")
        cases, differ = play_table(rigs)
        print(f"\n{cases - differ} of {cases} answers are as expected.")
        wrong += differ
    with Sandbox() as sandbox:
        wrong += play_change(sandbox, names[0])
    with Sandbox() as sandbox:
        wrong += play_certificates(sandbox)
    print("\nAll servers are ended and their files removed." if not wrong else f"\n{wrong} answers were wrong.")
    return 1 if wrong else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:] or ["postfix"]))
    except MissingTool as missing:
        sys.exit(f"quickstart: {missing}")
