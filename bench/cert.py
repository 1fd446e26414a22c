"""CPU of `tlsward cert verify` for a usual chain as a whole process, beside `openssl verify` in the same run.

Both load the system's roots; an ECDSA leaf and an RSA one, each with an intermediate. Prints milliseconds and the ratio."""

import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests" / "cli"))
from certs import House, NOON  # noqa: E402

ROUNDS = 21
BUNDLE = "/etc/ssl/certs/ca-certificates.crt"


def cpu(command):
    """Seconds of user and system time of one run, which must succeed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{command[0]}: {done.stdout + done.stderr}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


class Folder:
    def __init__(self, path):
        self.path = pathlib.Path(path)


def main():
    missing = [tool for tool in ("openssl", "certtool") if not shutil.which(tool)]
    if missing or not os.path.exists(BUNDLE):
        print(f"cert: skipped, missing: {', '.join(missing) or BUNDLE}")
        return
    os.umask(0o077)
    with tempfile.TemporaryDirectory() as name:
        house = House(Folder(name))
        # The test's root among those of the system: neither program is spared the loading.
        roots = pathlib.Path(name, "roots.pem")
        roots.write_text(pathlib.Path(BUNDLE).read_text() + house.root.pem)
        config = pathlib.Path(name, "c")
        config.write_text("mta = none\n")
        print("CPU of verifying a usual chain, a whole process, the system's roots loaded (median of 21)")
        for kind in ("ecdsa:p256", "rsa:2048"):
            leaf = house.leaf(kind.replace(":", "-"), "mx.example.org", kind=kind)
            ours = [os.environ.get("TLSWARD", "tlsward"), "--config", config, "cert", "verify", leaf.cert, leaf.key, house.middle.cert,
                    "--hostname", "mx.example.org", "--root", roots, "--at", NOON]
            theirs = ["openssl", "verify", "-CAfile", roots, "-untrusted", house.middle.cert, "-verify_hostname", "mx.example.org",
                      "-attime", "1780315200", leaf.cert]
            pairs = [(cpu(ours), cpu(theirs)) for _ in range(ROUNDS)]
            mine, other = (statistics.median(times) for times in zip(*pairs))
            print(f"  {kind:<11} tlsward cert verify {mine * 1000:5.1f} ms (goal: below 50), openssl verify {other * 1000:5.1f} ms, ratio {mine / other:.2f}")


main()
