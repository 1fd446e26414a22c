"""Prints one line a claim and knows the exit status of the whole: 0 pass, 1 fail, 77 skip for a missing tool."""

import sys
import traceback

from .sandbox import MissingTool, Sandbox


class Claims:
    def __init__(self):
        self.held = 0
        self.broken = 0
        self.broken_claims = []

    def claim(self, text, holds, detail=""):
        """Counts and prints one claim; the detail is shown only when it does not hold."""
        if holds:
            self.held += 1
            print(f"ok - {text}", flush=True)
        else:
            self.broken += 1
            self.broken_claims.append(f"not ok - {text}" + (f": {detail}" if detail else ""))
            print(self.broken_claims[-1], flush=True)
        return bool(holds)

    def equal(self, text, got, expected):
        return self.claim(text, got == expected, f"got {got!r}, expected {expected!r}")

    def starts(self, text, got, expected):
        return self.claim(text, str(got).startswith(expected), f"got {str(got)!r}, expected {expected!r}…")

    def within(self, text, part, whole):
        return self.claim(text, part in whole, f"{part!r} is not in {whole!r}")


def main(*scenes, time_limit=110):
    """Runs the scenes, each a function of (claims, sandbox) in a sandbox of its own, and exits."""
    claims = Claims()
    for scene in scenes:
        print(f"# {(scene.__doc__ or scene.__name__).strip().splitlines()[0]}", flush=True)
        try:
            with Sandbox(time_limit) as sandbox:
                try:
                    scene(claims, sandbox)
                except BaseException:
                    show_logs(sandbox)
                    raise
                if claims.broken:
                    show_logs(sandbox)
        except MissingTool as missing:
            print(f"skipped: {missing}")
            sys.exit(77 if not claims.broken else 1)
        except Exception:
            claims.broken += 1
            print(f"not ok - {scene.__name__} broke off", flush=True)
            traceback.print_exc(file=sys.stdout)
        if claims.broken:
            break  # the scenes after it would bury the logs of this one
    # Once more, below the servers' logs: the end of a log is what is read first.
    for broken in claims.broken_claims[:10]:
        print(f"# {broken[:400]}")
    print(f"# {claims.held} held, {claims.broken} did not")
    sys.exit(1 if claims.broken or not claims.held else 0)


def show_logs(sandbox):
    """What the servers said, while it is still there."""
    for path in sorted(sandbox.root.rglob("*.log")):
        lines = path.read_text(errors="replace").splitlines()
        print(f"# {path.relative_to(sandbox.root)} (last {min(25, len(lines))} of {len(lines)} lines)")
        for line in lines[-25:]:
            print(f"#   {line[:300]}")
