"""What tlswardd logs for a table that was played: one line for each refusal, with every field; none for accepted mail."""

import re

from .daemon import fields
from .table import ACCESS, OK

ACTIONS = ("refuse", "defer", "would-refuse", "would-defer")
REASONS = {"Must issue": "not-encrypted", "Mail from": "denied", "TLSv1": "weak-protocol", "A cipher": "weak-cipher"}
# A certificate's text is one for all; the reason depends on what was wrong with it.
CERTIFICATE_REASONS = ("not-verified", "wrong-subject", "wrong-issuer")
# Networks whose rule holds back: logged as what would have been.
HELD_BACK = {"127.0.21.5": "required", "127.0.23.5": "required", "127.0.22.200": "deny", "198.51.100.7": "required"}


def decisions(daemon, since=0):
    """The fields of every decision that was logged."""
    return [fields(line) for line in daemon.log_since(since).splitlines() if " action=" in line]


def expected_reason(answer):
    words = answer[10:]
    return next((reason for start, reason in REASONS.items() if words.startswith(start)), None)


def line_of(start):
    """The place, as the log names it, of the line of the list that begins so."""
    lines = ACCESS.splitlines()
    return next((f"access:{n}" for n, line in enumerate(lines, 1) if line.startswith(start)), None)


def has_right_head(mta, head):
    """NOQUEUE from Postfix, which has no queue id at MAIL; Sendmail has one."""
    if mta.name == "postfix":
        return head.endswith("NOQUEUE:")
    return re.search(r"\b[0-9][0-9A-Za-z]{11,}:$", head) is not None


def tls_matches(case, said):
    if case.tls == "clear":
        return said == "none"
    version, _, rest = said.partition(":")
    return version == case.tls.removeprefix("implicit ") and rest.rpartition(":")[2].isdigit()


def problems_of(mta, case, line):
    """What is wrong with the log line of a refused case; [] is right."""
    checks = {
        "head": has_right_head(mta, line["head"]),
        "action": line.get("action") == ("defer" if case.answer.startswith("4") else "refuse"),
        "reason": line.get("reason") == expected_reason(case.answer) or
        (expected_reason(case.answer) is None and line.get("reason") in CERTIFICATE_REASONS),
        "tls": tls_matches(case, line.get("tls", "")),
        "helo": line.get("helo") == "<client.test.example>",
        "from": line.get("from") == f"<{case.sender}>",
        "rule": re.fullmatch(r"access:\d+", line.get("rule", "")) is not None,
    }
    if case.rule.startswith("sender:"):
        checks["rule"] = line.get("rule") == line_of(case.rule + " ")
    return [f"{name}={line.get(name)}" for name, holds in checks.items() if not holds]


def check_log(claims, mta, daemon, cases):
    """Claims the log of a daemon that has seen exactly these cases, in this order."""
    logged = decisions(daemon)
    claims.equal(f"{mta.name}: actions that are logged", sorted({line.get("action") for line in logged} - set(ACTIONS)), [])
    carried_out = [line for line in logged if not line["action"].startswith("would-")]
    refused = [case for case in cases if case.answer != OK]
    claims.equal(f"{mta.name}: as many log lines as refusals", len(carried_out), len(refused))
    wrong = 0
    for case, line in zip(refused, carried_out):
        problems = problems_of(mta, case, line)
        if f"[{case.client}]" not in line.get("client", "") or line.get("reply") != case.answer:
            problems.append(f"client={line.get('client')} reply={line.get('reply')}")
        if problems:
            wrong += 1
            claims.claim(f"{mta.name}: log line of {case.label}", False, ", ".join(problems))
    claims.equal(f"{mta.name}: log lines that are wrong in a field, of {len(refused)}", wrong, 0)
    check_held_back(claims, mta, cases, logged)
    check_places(claims, mta, carried_out)


def check_held_back(claims, mta, cases, logged):
    """Rules that only report are logged as what would have been, and nothing else is."""
    expected = [case.client for case in cases if case.client in HELD_BACK and case.answer == OK]
    found = [line["client"].rpartition("[")[2].rstrip("]") for line in logged if line["action"] == "would-refuse"]
    claims.equal(f"{mta.name}: refusals that were only reported", found, expected)


def check_places(claims, mta, carried_out):
    """The rule's file and line."""
    for client, start in (("127.0.11.5", "127.0.11.0/24"), ("127.0.19.5", "127.0.19.0/24"), ("::1", "::1 "),
                          ("127.0.28.19", "127.0.28.10-"), ("127.0.22.200", "127.0.22.0/24")):
        rules = {line.get("rule") for line in carried_out if f"[{client}]" in line.get("client", "")}
        if rules:
            claims.equal(f"{mta.name}: the rule that is logged for {client}", rules, {line_of(start)})
