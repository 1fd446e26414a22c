#!/usr/bin/env python3
"""Messages a second through a real Postfix: alone, with tlswardd, with a filter that only answers, and with a table
of Postfix's own.

Rounds alternate within one run; a ratio is the median of the rounds' ratios. Needs root, as Postfix does.
"""
import os
import pathlib
import statistics
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests" / "mta"))

from harness.daemon import Tlswardd
from harness.pki import Pki
from harness.postfix import Postfix
from harness.sandbox import MissingTool, Sandbox, find_tool, wait_until

ROUNDS, MESSAGES, SESSIONS = 7, 400, 10
# Nobody among the clients is in the list's networks, so all messages pass.
OURS = "127.0.0.0/8 available\n"


def bare_milter(sandbox):
    """Starts the other filter; where it listens."""
    path = sandbox.folder("bare") / "bare.sock"
    sandbox.start([os.environ["BARE_MILTER"], f"unix:{path}"], sandbox.root / "bare.log")
    wait_until(path.exists, 20, "bare_milter to listen")
    path.chmod(0o666)
    return f"unix:{path}"


def rate(generator, port):
    """Messages a second; each has a connection of its own."""
    began = time.monotonic()
    subprocess.run([generator, "-s", str(SESSIONS), "-m", str(MESSAGES), "-l", "1024", "-f", "a@client.example",
                    "-t", "b@rcpt.example", f"127.0.0.1:{port}"], check=True, stdout=subprocess.DEVNULL, timeout=60)
    return MESSAGES / (time.monotonic() - began)


def compare(title, ours, theirs, goal):
    ratio = statistics.median(a / b for a, b in zip(ours, theirs))
    print(f"through Postfix, messages a second, {title}: {statistics.median(ours):.0f} and {statistics.median(theirs):.0f}:"
          f" ratio {ratio:.2f} ({goal})", flush=True)


def add_listeners(sandbox, mta, options):
    """Gives that Postfix one more smtpd for each set of options; their ports by name."""
    ports = {name: sandbox.free_port() for name in options}
    with (mta.etc / "master.cf").open("a") as master:
        for name, port in ports.items():
            master.write(f"{port} inet n - n - - smtpd\n")
            master.writelines(f"  -o {{ {option} }}\n" for option in options[name])
    return ports


def main():
    with Sandbox(time_limit=240) as sandbox:
        generator = find_tool("smtp-source", "postfix")
        make_list = os.environ["MAKE_LIST"]
        networks = subprocess.run([make_list, "access", "10000"], check=True, capture_output=True, text=True).stdout
        table = sandbox.folder("tables") / "cidr"
        table.write_bytes(subprocess.run([make_list, "cidr", "10000"], check=True, capture_output=True).stdout)
        daemon = Tlswardd(sandbox, OURS + networks).start()
        mta = Postfix(sandbox, Pki(sandbox), "")
        ports = add_listeners(sandbox, mta, {
            "tlswardd": [f"smtpd_milters = {daemon.spec_for('postfix')}"],
            "bare": [f"smtpd_milters = {bare_milter(sandbox)}"],
            "cidr": [f"smtpd_client_restrictions = check_client_access cidr:{table}"],
            "none": []})
        mta.start()
        rates = {name: [] for name in ports}
        for measured in [False] + [True] * ROUNDS:  # in the first round Postfix starts its processes
            for name, port in ports.items():
                got = rate(generator, port)
                if measured:
                    rates[name].append(got)
        compare("tlswardd and the bare milter", rates["tlswardd"], rates["bare"], "goal >= 0.97")
        compare("tlswardd and no filter", rates["tlswardd"], rates["none"], "no goal")
        compare("tlswardd and Postfix's own cidr table, 10,000 networks each", rates["tlswardd"], rates["cidr"], "goal > 1")


try:
    main()
except MissingTool as missing:
    print(f"postfix: skipped, {missing}")
