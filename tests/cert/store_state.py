"""Reads a store from outside, knowing nothing of the program that wrote it, and says whether it is whole."""

import hashlib
import json
import re
import stat
import subprocess
from dataclasses import dataclass, field

DEPLOYMENT = re.compile(r"\d{4,9}")
TARGET = re.compile(r"deployments/(\d{4,9})")
IDENTITY_FILES = {"key.pem", "cert.pem", "chain.pem", "fullchain.pem"}
KEY_FILES = {"key.pem", "keychain.pem"}


class Broken(Exception):
    """The store is not whole."""


@dataclass
class State:
    """What is in a store: each deployment and waiting key by what is in its files (about.json aside: it has the time)."""
    live: dict = None
    previous: dict = None
    deployments: dict = field(default_factory=dict)
    waiting: dict = field(default_factory=dict)
    leftovers: list = field(default_factory=list)


class Pairs:
    """Which keys and certificates belong together, as openssl says; it is asked once for each file's content."""

    def __init__(self):
        self.public = {}

    def public_key(self, content, *command):
        if content not in self.public:
            done = subprocess.run(["openssl", *command], input=content, capture_output=True, check=False)
            if done.returncode != 0:
                raise Broken(f"openssl {command[0]} cannot read {content[:40]!r}…: {done.stderr.decode()[:200]}")
            self.public[content] = done.stdout
        return self.public[content]

    def check(self, key, certificate, where):
        if self.public_key(key, "pkey", "-pubout") != self.public_key(certificate, "x509", "-noout", "-pubkey"):
            raise Broken(f"{where}: key and certificate do not match")


PAIRS = Pairs()


def files_in(folder):
    """Relative name to content of all files in a folder; modes are looked at on the way."""
    found = {}
    for path in sorted(folder.rglob("*")):
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode):
            raise Broken(f"{path} is a link")
        if stat.S_ISDIR(mode):
            if mode & 0o077:
                raise Broken(f"{path} has mode {mode:o}")
            continue
        if path.name in KEY_FILES and mode & 0o777 != 0o600:
            raise Broken(f"{path} has mode {mode:o}")
        found[str(path.relative_to(folder))] = path.read_bytes()
    return found


def take_about(files, where):
    """about.json out of the files, having compared with it what they are."""
    try:
        about = json.loads(files.pop("about.json"))
    except (KeyError, ValueError) as wrong:
        raise Broken(f"{where}: about.json: {wrong!r}") from wrong
    told = {name: (each["bytes"], each["sha256"]) for name, each in about["files"].items()}
    found = {name: (len(content), hashlib.sha256(content).hexdigest()) for name, content in files.items()}
    if told != found:
        raise Broken(f"{where}: about.json tells of {sorted(told)}, and {sorted(found)} are there, or not as they were written")
    return about


def deployment(folder):
    """The files of a deployment, if it is whole."""
    files = files_in(folder)
    about = take_about(files, folder)
    names = [identity["name"] for identity in about["identities"]]
    prefixes = [""] if len(names) == 1 else [f"{name}/" for name in names]
    expected = {"keychain.pem"} | {prefix + name for prefix in prefixes for name in IDENTITY_FILES}
    if set(files) != expected:
        raise Broken(f"{folder} has {sorted(files)}")
    keychain = b""
    for prefix in prefixes:
        key, cert, chain, fullchain = (files[prefix + name] for name in ("key.pem", "cert.pem", "chain.pem", "fullchain.pem"))
        PAIRS.check(key, cert, folder)
        if fullchain != cert + chain:
            raise Broken(f"{folder}: {prefix}fullchain.pem is not certificate and chain")
        keychain += key + fullchain
    if files["keychain.pem"] != keychain:
        raise Broken(f"{folder}: keychain.pem is not each key with its chain")
    return files


def waiting_key(folder):
    files = files_in(folder)
    take_about(files, folder)
    if set(files) != {"key.pem", "request.pem"}:
        raise Broken(f"{folder} has {sorted(files)}")
    return files


def read_store(store):
    """The State of the store at a path; one that is not there is empty. Broken says what is not whole."""
    state = State()
    if not store.exists():
        return state
    if store.stat().st_mode & 0o077:
        raise Broken(f"{store} has mode {store.stat().st_mode:o}")
    for name, take, into in (("deployments", deployment, state.deployments), ("waiting", waiting_key, state.waiting)):
        for path in sorted((store / name).iterdir() if (store / name).exists() else ()):
            if path.name.startswith((".new-", ".old-")):
                state.leftovers.append(path.name)
            elif name == "deployments" and not DEPLOYMENT.fullmatch(path.name):
                raise Broken(f"what is {path}?")
            else:
                into[path.name] = take(path)
    known = {"lock", "live", "previous", "deployments", "waiting"}
    for path in sorted(store.iterdir()):
        if path.name.startswith((".new-", ".old-")):
            state.leftovers.append(path.name)
        elif path.name not in known:
            raise Broken(f"what is {path}?")
    for name in ("live", "previous"):
        link = store / name
        if link.is_symlink():
            target = TARGET.fullmatch(str(link.readlink()))
            if not target or target[1] not in state.deployments:
                raise Broken(f"{name} points at {link.readlink()}, which is not there")
            setattr(state, name, state.deployments[target[1]])
    return state
