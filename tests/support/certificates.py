#!/usr/bin/env python3
"""Makes the certificates, keys and containers of the certificate tests in a folder, with openssl and certtool.

Dates are fixed, so the tests fix the time (2026-06-01) and nothing here ever expires. Nothing is stored: what is
tested is what these two programs write today. Usage: certificates.py FOLDER
"""

import concurrent.futures
import os
import pathlib
import shutil
import subprocess
import sys

FOLDER = pathlib.Path(sys.argv[1])
PASSPHRASE = "correct horse"
CONFIG = """
[ca]
default_ca = any
[any]
database = {db}
new_certs_dir = {new}
rand_serial = yes
unique_subject = no
policy = policy
preserve = yes
email_in_dn = no
default_md = sha256
copy_extensions = none
[policy]
commonName = optional
organizationName = optional
countryName = optional
[req]
distinguished_name = dn
prompt = no
[dn]
[ext]
{ext}
"""
CA = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n"
IDS = "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n"
SERVER = "basicConstraints=critical,CA:FALSE\nextendedKeyUsage=serverAuth\n"
MX = "subjectAltName=DNS:mx.example.com\n"


def run(*command, **more):
    result = subprocess.run([str(c) for c in command], cwd=FOLDER, capture_output=True, check=False, **more)
    if result.returncode != 0:
        sys.exit(f"{' '.join(str(c) for c in command)}: {result.stderr.decode(errors='replace')}")
    return result.stdout


def at(name):
    return FOLDER / name


# --- keys: name, arguments of openssl genpkey
EC = ["-algorithm", "EC", "-pkeyopt", "ec_param_enc:named_curve", "-pkeyopt"]
KEYS = {
    **{name: [*EC, "ec_paramgen_curve:P-256"] for name in
       ("root", "root2", "inter", "inter2", "sub", "leaf", "other", "selfsigned")},
    "p224": [*EC, "ec_paramgen_curve:secp224r1"],
    "p384": [*EC, "ec_paramgen_curve:P-384"],
    "p521": [*EC, "ec_paramgen_curve:P-521"],
    "explicit": ["-algorithm", "EC", "-pkeyopt", "ec_param_enc:explicit", "-pkeyopt", "ec_paramgen_curve:P-256"],
    "ed25519": ["-algorithm", "ED25519"],
    "rsa512": ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:512"],
    "rsa2047": ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2047"],
    "rsa": ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
    "rsapss": ["-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048"],
}


def make_key(name):
    run("openssl", "genpkey", *KEYS[name], "-out", at(f"{name}.key"))


def make_dsa_key():
    run("certtool", "--generate-privkey", "--key-type", "dsa", "--bits", "1024", "--no-text", "--outfile", at("dsa.key"))


def make_request(key):
    at(f"{key}.req.cnf").write_text(CONFIG.format(db="x", new="x", ext=""))
    run("openssl", "req", "-new", "-config", at(f"{key}.req.cnf"), "-key", at(f"{key}.key"), "-subj", "/CN=x", "-out",
        at(f"{key}.csr"))


# --- certificates
def cert(name, key, subject, issuer, ext, start="20260101000000Z", end="20270101000000Z", md="sha256", options=()):
    """issuer: (certificate, key) by name, or None for one that signs itself."""
    work = at(f"{name}.work")
    work.mkdir()
    (work / "index").write_text("")
    (work / "cnf").write_text(CONFIG.format(db=work / "index", new=work, ext=ext))
    signer = ["-selfsign", "-keyfile", at(f"{key}.key")] if issuer is None else [
        "-cert", at(f"{issuer[0]}.pem"), "-keyfile", at(f"{issuer[1]}.key")]
    run("openssl", "ca", "-batch", "-config", work / "cnf", "-notext", "-in", at(f"{key}.csr"), "-subj", subject,
        "-utf8", "-extensions", "ext", "-startdate", start, "-enddate", end, "-md", md, *options, *signer,
        "-out", at(f"{name}.pem"))
    shutil.rmtree(work)
    run("openssl", "x509", "-in", at(f"{name}.pem"), "-outform", "DER", "-out", at(f"{name}.der"))


OLD, FAR = "20200101000000Z", "20400101000000Z"
ROOT, INTER = ("root", "root"), ("inter", "inter")
AUTHORITIES = [
    dict(name="root", key="root", subject="/O=Test/CN=Test Root", issuer=None, ext=CA + "subjectKeyIdentifier=hash\n",
         start=OLD, end=FAR),
    dict(name="root2", key="root2", subject="/O=Test/CN=Other Root", issuer=None,
         ext=CA + "subjectKeyIdentifier=hash\n", start=OLD, end=FAR),
    dict(name="root_sha1", key="root", subject="/O=Test/CN=Test Root", issuer=None,
         ext=CA + "subjectKeyIdentifier=hash\n", start=OLD, end=FAR, md="sha1"),
]
SUB_CA = dict(subject="/O=Test/CN=Test Intermediate", start=OLD, end=FAR)
INTERMEDIATES = [
    dict(SUB_CA, name="inter", key="inter", issuer=ROOT, ext=CA + IDS),
    dict(SUB_CA, name="inter_again", key="inter", issuer=ROOT, ext=CA + IDS),
    dict(SUB_CA, name="inter_expired", key="inter", issuer=ROOT, ext=CA + IDS, end="20260201000000Z"),
    dict(SUB_CA, name="inter_soon", key="inter", issuer=ROOT, ext=CA + IDS, end="20260620000000Z"),
    dict(SUB_CA, name="inter_future", key="inter", issuer=ROOT, ext=CA + IDS, start="20260701000000Z"),
    dict(SUB_CA, name="inter_cross", key="inter", issuer=("root2", "root2"), ext=CA + IDS),
    dict(SUB_CA, name="inter_sha1", key="inter", issuer=ROOT, ext=CA + IDS, md="sha1"),
    dict(SUB_CA, name="inter_client", key="inter", issuer=ROOT, ext=CA + IDS + "extendedKeyUsage=clientAuth\n"),
    dict(SUB_CA, name="inter_server", key="inter", issuer=ROOT, ext=CA + IDS + "extendedKeyUsage=serverAuth\n"),
    dict(SUB_CA, name="inter_not_ca", key="inter", issuer=ROOT, ext="basicConstraints=critical,CA:FALSE\n" + IDS),
    dict(SUB_CA, name="inter_no_sign", key="inter", issuer=ROOT,
         ext="basicConstraints=critical,CA:TRUE\nkeyUsage=critical,digitalSignature\n" + IDS),
    dict(SUB_CA, name="inter_names", key="inter", issuer=ROOT,
         ext=CA + IDS + "nameConstraints=critical,permitted;DNS:example.com\n"),
    dict(SUB_CA, name="inter_excluded", key="inter", issuer=ROOT,
         ext=CA + IDS + "nameConstraints=critical,excluded;DNS:mx.example.com\n"),
    dict(SUB_CA, name="inter_path0", key="inter", issuer=ROOT,
         ext="basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign\n" + IDS),
    dict(SUB_CA, name="inter_path1", key="inter", issuer=ROOT,
         ext="basicConstraints=critical,CA:TRUE,pathlen:1\nkeyUsage=critical,keyCertSign\n" + IDS),
    dict(SUB_CA, name="inter_p224", key="p224", issuer=ROOT, ext=CA + IDS),
    dict(name="root_by_root2", key="root", subject="/O=Test/CN=Test Root", issuer=("root2", "root2"), ext=CA + IDS,
         start=OLD, end=FAR),
    dict(name="root2_by_root", key="root2", subject="/O=Test/CN=Other Root", issuer=ROOT, ext=CA + IDS, start=OLD,
         end=FAR),
    dict(name="inter2", key="inter2", subject="/O=Test/CN=Second Intermediate", issuer=("root2", "root2"),
         ext=CA + IDS, start=OLD, end=FAR),
]
SUB = [dict(name="sub", key="sub", subject="/O=Test/CN=Test Sub", issuer=INTER, ext=CA + IDS, start=OLD, end=FAR)]
MAIL = dict(subject="/CN=mx.example.com", issuer=INTER)
LEAVES = [
    dict(MAIL, name="leaf", key="leaf", ext=SERVER + MX + IDS),
    dict(MAIL, name="leaf_renewed", key="leaf", ext=SERVER + MX + IDS, start="20260501000000Z"),
    dict(MAIL, name="leaf_other", key="other", ext=SERVER + MX + IDS),
    dict(MAIL, name="leaf_by_sub", key="leaf", ext=SERVER + MX + IDS, issuer=("sub", "sub")),
    dict(MAIL, name="leaf_by_root", key="leaf", ext=SERVER + MX + IDS, issuer=ROOT),
    dict(MAIL, name="leaf_by_p224", key="leaf", ext=SERVER + MX + IDS, issuer=("inter_p224", "p224")),
    dict(MAIL, name="leaf_no_end", key="leaf", ext=SERVER + MX + IDS, end="99991231235959Z"),
    dict(MAIL, name="leaf_aia", key="leaf",
         ext=SERVER + MX + IDS + "authorityInfoAccess=OCSP;URI:http://ocsp.example/,caIssuers;URI:http://ca.example/inter.der\n"),
    dict(MAIL, name="leaf_ca", key="leaf", ext="basicConstraints=critical,CA:TRUE\n" + MX + IDS),
    dict(MAIL, name="leaf_client", key="leaf",
         ext="basicConstraints=critical,CA:FALSE\nextendedKeyUsage=clientAuth\n" + MX + IDS),
    dict(MAIL, name="leaf_any", key="leaf",
         ext="basicConstraints=critical,CA:FALSE\nextendedKeyUsage=anyExtendedKeyUsage\n" + MX + IDS),
    dict(MAIL, name="leaf_plain", key="leaf", ext=MX),
    dict(MAIL, name="leaf_usage_bad", key="leaf", ext=SERVER + MX + IDS + "keyUsage=critical,keyAgreement\n"),
    dict(MAIL, name="leaf_usage_good", key="leaf", ext=SERVER + MX + IDS + "keyUsage=critical,digitalSignature\n"),
    dict(MAIL, name="rsa_encipherment", key="rsa", ext=SERVER + MX + IDS + "keyUsage=critical,keyEncipherment\n"),
    dict(MAIL, name="leaf_sha1", key="leaf", ext=SERVER + MX + IDS, md="sha1"),
    dict(MAIL, name="leaf_sha384", key="leaf", ext=SERVER + MX + IDS, md="sha384"),
    dict(MAIL, name="leaf_md5", key="leaf", ext=SERVER + MX, md="md5", issuer=("rsa_root", "rsa")),
    dict(MAIL, name="leaf_pss_signed", key="leaf", ext=SERVER + MX, issuer=("rsa_root", "rsa"),
         options=("-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest")),
    dict(MAIL, name="leaf_pss_salt", key="leaf", ext=SERVER + MX, issuer=("rsa_root", "rsa"),
         options=("-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:20")),
    dict(MAIL, name="leaf_staple", key="leaf", ext=SERVER + MX + IDS + "tlsfeature=status_request\n"),
    dict(MAIL, name="leaf_critical", key="leaf", ext=SERVER + MX + IDS + "1.2.3.4.5=critical,ASN1:UTF8String:x\n"),
    dict(MAIL, name="leaf_uncritical", key="leaf", ext=SERVER + MX + IDS + "1.2.3.4.5=ASN1:UTF8String:x\n"),
    dict(MAIL, name="cn_only", key="leaf", ext=SERVER + IDS),
    dict(MAIL, name="cn_and_san", key="leaf", ext=SERVER + IDS + "subjectAltName=DNS:other.example.com\n"),
    dict(MAIL, name="cn_and_mail", key="leaf", ext=SERVER + IDS + "subjectAltName=email:a@example.com\n"),
    dict(MAIL, name="names", key="leaf", ext=SERVER + IDS + "subjectAltName=DNS:MX.Example.COM,DNS:*.mail.example.com,"
         "DNS:xn--mnchen-3ya.example,DNS:m*.example.net,DNS:*.example,DNS:a.*.example.org,IP:192.0.2.1,IP:2001:db8::25\n"),
    dict(name="outside", key="leaf", subject="/CN=mx.example.net", issuer=INTER,
         ext=SERVER + IDS + "subjectAltName=DNS:mx.example.net\n"),
    dict(name="weird", key="leaf", subject="/O=A, B\n\x1b[31m/CN=first/CN=last name", issuer=INTER, ext=SERVER + MX),
    *[dict(MAIL, name=key, key=key, ext=SERVER + MX + IDS) for key in
      ("rsa512", "rsa2047", "rsa", "rsapss", "ed25519", "p224", "p384", "p521", "dsa", "explicit")],
    dict(name="selfsigned", key="selfsigned", subject="/CN=mx.example.com", issuer=None, ext=SERVER + MX),
    dict(name="selfsigned_ca", key="selfsigned", subject="/CN=mx.example.com", issuer=None,
         ext="basicConstraints=critical,CA:TRUE\n" + MX),
]


def make_certificates(pool):
    with_rsa = dict(name="rsa_root", key="rsa", subject="/CN=RSA Root", issuer=None, ext=CA, start=OLD, end=FAR)
    for group in ([*AUTHORITIES, with_rsa], INTERMEDIATES, SUB, LEAVES):
        list(pool.map(lambda one: cert(**one), group))
    at("roots.pem").write_bytes(at("root.pem").read_bytes() + at("rsa_root.pem").read_bytes())


# --- the same things in other forms
def secret(*more):
    return [*more, f"pass:{PASSPHRASE}"]


def length(n):
    if n < 128:
        return bytes([n])
    size = (n.bit_length() + 7) // 8
    return bytes([0x80 | size]) + n.to_bytes(size, "big")


def tlv(tag, content):
    return bytes([tag]) + length(len(content)) + content


def elements(content):
    """The (tag, content) pairs of some DER, lengths as openssl writes them."""
    i, out = 0, []
    while i < len(content):
        tag, n, i = content[i], content[i + 1], i + 2
        if n & 0x80:
            size = n & 0x7F
            n, i = int.from_bytes(content[i:i + size], "big"), i + size
        out.append((tag, content[i:i + n]))
        i += n
    return out


def with_mac_rounds(der, rounds):
    """The same PKCS#12 file, asking for another number of rounds (RFC 7292 section 4)."""
    version, safe, mac = elements(elements(der)[0][1])
    digest, salt = elements(mac[1])[:2]
    changed = tlv(*digest) + tlv(*salt) + tlv(2, rounds.to_bytes(4, "big"))
    return tlv(0x30, tlv(*version) + tlv(*safe) + tlv(0x30, changed))


def with_wrong_exponent(der):
    """An RSA key whose private exponent is another number (RFC 8017 appendix A.1.2)."""
    fields = elements(elements(der)[0][1])
    tag, d = fields[3]
    middle = len(d) // 2
    fields[3] = (tag, d[:middle] + bytes([d[middle] ^ 0x55]) + d[middle + 1:])
    return tlv(0x30, b"".join(tlv(*f) for f in fields))


def with_wrong_scalar(der):
    """An EC key whose private half is another number, its public half the old one (RFC 5915)."""
    fields = elements(elements(der)[0][1])
    tag, scalar = fields[1]
    fields[1] = (tag, scalar[:16] + bytes([scalar[16] ^ 0x55]) + scalar[17:])
    return tlv(0x30, b"".join(tlv(*f) for f in fields))


def with_public_half(der, public):
    """PKCS#8 of version 2: the public key stands behind the private one (RFC 5958)."""
    _, *fields = elements(elements(der)[0][1])
    bits = elements(elements(public)[0][1])[1][1]
    return tlv(0x30, tlv(2, b"\1") + b"".join(tlv(*f) for f in fields) + tlv(0x81, bits))


def make_key_forms():
    pkey, out = ("openssl", "pkey", "-in"), "-out"
    for name in ("rsa", "leaf"):
        run(*pkey, f"{name}.key", "-traditional", out, f"{name}.traditional.key")
        run(*pkey, f"{name}.key", "-outform", "DER", "-traditional", out, f"{name}.traditional.key.der")
        run("openssl", "pkcs8", "-topk8", "-nocrypt", "-in", f"{name}.key", "-outform", "DER", out, f"{name}.key.der")
        run(*pkey, f"{name}.key", "-traditional", "-aes-256-cbc", *secret("-passout"), out, f"{name}.old.key")
        run("openssl", "pkcs8", "-topk8", "-in", f"{name}.key", "-v2", "aes-256-cbc", *secret("-passout"), out,
            f"{name}.enc.key")
    run(*pkey, "rsa.key", "-traditional", "-des3", *secret("-passout"), out, "rsa.old3des.key")
    run("openssl", "pkcs8", "-topk8", "-in", "rsa.key", "-v1", "PBE-SHA1-3DES", *secret("-passout"), out,
        "rsa.enc3des.key")
    run("openssl", "pkcs8", "-topk8", "-in", "rsa.key", "-v2", "aes-256-cbc", "-outform", "DER", *secret("-passout"),
        out, "rsa.enc.key.der")
    run("openssl", "ecparam", "-name", "prime256v1", out, "ec.params")
    run("openssl", "genpkey", "-genparam", "-algorithm", "DH", "-pkeyopt", "group:ffdhe2048", out, "dh.params")
    run(*pkey, "leaf.key", "-pubout", out, "leaf.pub")
    for name, change in (("rsa", with_wrong_exponent), ("leaf", with_wrong_scalar)):
        at(f"{name}.broken.key.der").write_bytes(change(at(f"{name}.traditional.key.der").read_bytes()))
    for name in ("ed25519", "leaf"):
        at(f"{name}.v2.key.der").write_bytes(with_public_half(
            run("openssl", "pkcs8", "-topk8", "-nocrypt", "-in", f"{name}.key", "-outform", "DER"),
            run(*pkey, f"{name}.key", "-pubout", "-outform", "DER")))
    rsapss = at("rsapss.traditional.der")
    run("openssl", "pkey", "-in", "rsapss.key", "-outform", "DER", "-out", rsapss)
    fields = elements(elements(rsapss.read_bytes())[0][1])
    fields[2] = (4, with_wrong_exponent(fields[2][1]))
    at("rsapss.broken.key.der").write_bytes(tlv(0x30, b"".join(tlv(*f) for f in fields)))


def make_containers():
    at("chain.pem").write_bytes(at("inter.pem").read_bytes() + at("root.pem").read_bytes())
    export = ["openssl", "pkcs12", "-export", "-in", "leaf.pem", "-inkey", "leaf.key", "-certfile", "inter.pem"]
    run(*export, *secret("-passout"), "-out", "modern.p12")
    run(*export, "-legacy", *secret("-passout"), "-out", "legacy.p12")
    run(*export, "-legacy", "-descert", *secret("-passout"), "-out", "legacy3des.p12")
    run(*export, "-passout", "pass:", "-out", "empty.p12")
    run(*export, "-nomac", *secret("-passout"), "-out", "nomac.p12")
    run(*export, "-keypbe", "NONE", "-certpbe", "NONE", "-nomac", "-passout", "pass:", "-out", "plain.p12")
    run("certtool", "--to-p12", "--outder", "--load-certificate", "leaf.pem", "--load-privkey", "leaf.key",
        "--null-password", "--p12-name", "x", "--outfile", "null.p12")
    modern = at("modern.p12").read_bytes()
    at("manyrounds.p12").write_bytes(with_mac_rounds(modern, 2_000_000_000))
    at("badmac.p12").write_bytes(with_mac_rounds(modern, 2047))
    crl2p7 = ["openssl", "crl2pkcs7", "-nocrl", "-certfile", "leaf.pem", "-certfile", "chain.pem"]
    run(*crl2p7, "-out", "bundle.p7b")
    run(*crl2p7, "-outform", "DER", "-out", "bundle.p7b.der")
    run("openssl", "crl2pkcs7", "-nocrl", "-outform", "DER", "-out", "nothing.p7b.der")
    run("openssl", "x509", "-in", "leaf.pem", "-trustout", "-addtrust", "serverAuth", "-out", "leaf.trusted.pem")


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    os.umask(0o077)
    for tool in ("openssl", "certtool"):
        if shutil.which(tool) is None:
            sys.exit(f"{tool} is missing: apt-get install openssl gnutls-bin")
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        for job in [pool.submit(make_dsa_key), *[pool.submit(make_key, key) for key in KEYS]]:
            job.result()
        list(pool.map(make_request, [*KEYS, "dsa"]))
        make_certificates(pool)
        for job in (pool.submit(make_key_forms), pool.submit(make_containers)):
            job.result()


main()
