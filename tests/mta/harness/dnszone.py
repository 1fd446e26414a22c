"""A DNSSEC-signed zone on loopback: keys, signatures, and nsd in the foreground on a port of its own.

The tree of one World, all under "example." (unbound answers "test." by itself, so that name is of no use):

    example.            signed; its DS is the trust anchor that the resolver under test gets
    NAME.example.       each child zone: signed with its DS in the parent, or plain without one

Every server holds all zones. Two servers with the same port at 127.0.0.1 and 127.0.0.2 can hold different versions.
"""

import os
import time

from .sandbox import find_tool, run, wait_until

TOP = "example"
TTL = 3600


def tlsa(host, rdata, port=25, ttl=TTL):
    """A TLSA record's line; rdata is "3 1 1 HEX"."""
    return f"_{port}._tcp.{host}. {ttl} IN TLSA {rdata}"


class Zone:
    """What stands in one zone. state: signed, plain (no keys, no DS), expired (signatures of the past)."""

    def __init__(self, name, state="signed", records=(), ttl=TTL):
        self.name = name
        self.state = state
        self.records = list(records)
        self.ttl = ttl
        self.tamper = None  # (old, new): changed in the signed file, behind the signatures' back
        self.keys = []
        self.ds = None


class Server:
    """One nsd. It runs in the foreground, in a folder of the test's own; Debian's service is not touched."""

    def __init__(self, sandbox, folder, address, port):
        self.address, self.port = address, port
        self._sandbox, self._folder = sandbox, folder
        self._process = None

    @property
    def spec(self):
        """As libunbound names it."""
        return f"{self.address}@{self.port}"

    def write(self, zones, texts):
        self._folder.mkdir(exist_ok=True)
        for zone in zones:
            fresh = self._folder / f"{zone.name}.new"
            fresh.write_text(texts[zone.name])
            fresh.rename(self._folder / f"{zone.name}.zone")
        quiet = "".join(f'  {key}: ""\n' for key in ("username", "chroot", "pidfile", "database"))
        listed = "".join(f'zone:\n  name: "{z.name}"\n  zonefile: "{z.name}.zone"\n' for z in zones)
        (self._folder / "nsd.conf").write_text(
            f'server:\n  ip-address: {self.address}@{self.port}\n  server-count: 1\n  do-ip6: no\n{quiet}'
            f'  reuseport: no\n  zonesdir: "{self._folder}"\n  xfrdir: "{self._folder}"\n  xfrdfile: "{self._folder}/xfrd.state"\n'
            f'  zonelistfile: "{self._folder}/zone.list"\n  rrl-ratelimit: 0\n'
            f'remote-control:\n  control-enable: no\n{listed}')

    def start(self):
        self._process = self._sandbox.start([find_tool("nsd", "nsd"), "-d", "-c", self._folder / "nsd.conf"], self._folder / "nsd.log")
        wait_until(self._answers, 30, f"nsd at {self.spec}")
        return self

    def _answers(self):
        if self._process.poll() is not None:
            raise RuntimeError(f"nsd ended with {self._process.returncode}: {(self._folder / 'nsd.log').read_text()}")
        return self.serial(TOP) is not None

    def serial(self, zone):
        """The serial number that it serves, None while it serves none."""
        done = run([find_tool("drill", "ldnsutils"), "-p", self.port, f"@{self.address}", "SOA", f"{zone}."], check=False)
        found = [line.split() for line in done.stdout.splitlines() if "\tSOA\t" in line and not line.startswith(";")]
        return int(found[0][6]) if found else None

    def reload(self):
        self._process.send_signal(1)

    def stop(self):
        self._process.terminate()
        self._process.wait(30)


class World:
    """All zones and the servers that hold them. `serve` signs and starts; `publish` changes and reloads."""

    def __init__(self, sandbox, zones, addresses=("127.0.0.1",), port=None):
        for tool in ("ldns-keygen", "ldns-signzone", "ldns-key2ds", "drill"):
            find_tool(tool, "ldnsutils")
        self._sandbox = sandbox
        self._folder = sandbox.folder("dns")
        self._serial = int(time.time())
        self.port = port or sandbox.free_port()
        self.addresses = addresses
        self.servers = [Server(sandbox, self._folder / address, address, self.port) for address in addresses]
        self.children = list(zones)
        self.top = Zone(TOP)
        for zone in [self.top, *self.children]:
            if zone.state != "plain":
                self._make_keys(zone)
        self.anchor = sandbox.write("dns/anchor", self.top.ds + "\n")

    def _make_keys(self, zone):
        folder = self._sandbox.folder(f"dns/keys-{zone.name}")
        for flags in (["-k"], []):
            zone.keys.append(run([find_tool("ldns-keygen", "ldnsutils"), "-a", "ECDSAP256SHA256", *flags, zone.name], cwd=folder).stdout.split()[-1])
        # Given to the top zone and to the resolver by value.
        key = folder / f"{zone.keys[0]}.key"
        zone.ds = run([find_tool("ldns-key2ds", "ldnsutils"), "-n", "-2", key]).stdout.strip()

    def _text(self, zone):
        """The zone file, unsigned."""
        names = [f"ns{i}.{TOP}." for i in range(1, len(self.addresses) + 1)]
        lines = [f"{zone.name}. {zone.ttl} IN SOA {names[0]} hostmaster.{TOP}. {self._serial} 3600 600 86400 {zone.ttl}"]
        lines += [f"{zone.name}. {zone.ttl} IN NS {name}" for name in names]
        if zone is self.top:
            lines += [f"{name} {TTL} IN A {address}" for name, address in zip(names, self.addresses)]
            for child in self.children:
                lines += [f"{child.name}. {TTL} IN NS {name}" for name in names]
                lines += [child.ds] if child.ds else []
        return "\n".join(lines + zone.records) + "\n"

    def _signed(self, zone):
        text = self._text(zone)
        if zone.state == "plain":
            return text
        folder = self._folder / f"keys-{zone.name}"
        (folder / "zone").write_text(text)
        now = time.time()
        begin, end = (now - 30 * 86400, now - 5 * 86400) if zone.state == "expired" else (now - 86400, now + 30 * 86400)
        dates = [time.strftime("%Y%m%d%H%M%S", time.gmtime(t)) for t in (begin, end)]
        run([find_tool("ldns-signzone", "ldnsutils"), "-i", dates[0], "-e", dates[1], "-o", zone.name, "-f", folder / "zone.signed", folder / "zone", *zone.keys],
            cwd=folder)
        signed = (folder / "zone.signed").read_text()
        if zone.tamper:
            old, new = zone.tamper
            if old not in signed:
                raise RuntimeError(f"{old!r} does not stand in the signed zone {zone.name}")
            signed = signed.replace(old, new)
        return signed

    def _all_texts(self):
        zones = [self.top, *self.children]
        return zones, {zone.name: self._signed(zone) for zone in zones}

    def serve(self):
        zones, texts = self._all_texts()
        for server in self.servers:
            server.write(zones, texts)
            server.start()
        return self

    def publish(self, name, records, servers=None, ttl=None):
        """Gives a child zone other records, at all servers or at some, and waits until they serve it."""
        zone = next(z for z in self.children if z.name == name)
        zone.records = list(records)
        zone.ttl = ttl or zone.ttl
        self._serial += 1
        zones, texts = self._all_texts()
        for server in servers or self.servers:
            server.write(zones, texts)
            # nsd looks at whole seconds of a file's time.
            for path in (server._folder / f"{z.name}.zone" for z in zones):
                os.utime(path, (self._serial, self._serial))
            server.reload()
            wait_until(lambda: server.serial(name) == self._serial, 30, f"nsd at {server.spec} to take the new zone")
