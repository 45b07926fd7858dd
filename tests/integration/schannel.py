# SPDX-License-Identifier: MIT
"""What the site that plays IIS says in its handshake, beside Schannel's documentation: cipher
suites in Windows' order (schannel.tsv), groups, the stapled OCSP response.
"""
import os
import re
import socket
import ssl
import subprocess

from harness import CERTGATE, CERTGATED, DEADLINE, ROOT, Server, Tap, context, folder, get, need
from schannel_table import LACKING, PROFILES, ROWS, documented, make_rsa

V12, V13 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3
IS_PATCHED = os.environ.get("CERTGATE_MBEDTLS") != "system"
TLS13 = ["TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256", "TLS_AES_128_CCM_SHA256",
         "TLS_CHACHA20_POLY1305_SHA256"]

tap = Tap()


def s_client(port, *options, stdin=b""):
    done = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{port}", *options],
                          input=stdin, capture_output=True, timeout=DEADLINE, check=False)
    return (done.stdout + done.stderr).decode("utf-8", "replace")


def names():
    """OpenSSL's names to IANA's."""
    out = subprocess.run(["openssl", "ciphers", "-stdname", "-s", "-tls1_2", "ALL:COMPLEMENTOFALL:@SECLEVEL=0"],
                         capture_output=True, text=True, timeout=DEADLINE, check=True).stdout
    return {line.split()[2]: line.split()[0] for line in out.splitlines()}


def chosen(port, offered):
    """Which of these suites of TLS 1.2 the server takes; None = none."""
    tls = context(V12)
    tls.set_ciphers(":".join(offered) + ":@SECLEVEL=0")
    with socket.create_connection(("127.0.0.1", port), timeout=DEADLINE) as raw:
        try:
            with tls.wrap_socket(raw, server_hostname="localhost") as s:
                return s.cipher()[0]
        except ssl.SSLError:
            return None


def chosen13(port, offered):
    said = s_client(port, "-tls1_3", "-ciphersuites", ":".join(offered))
    found = re.search(r"New, TLSv1\.3, Cipher is (TLS_\w+)", said)
    return found and found[1]


def enumerate_suites(port, choose, offered):
    """In the server's order; the client offers them the other way round, what it likes best last."""
    found, left = [], list(reversed(offered))
    while left:
        name = choose(port, left)
        if name is None:
            break
        found.append(name)
        left.remove(name)
    return found


def suites():
    iana = names()
    certificates = [("an EC certificate", ()), ("an RSA certificate", ("--certhash",))]
    for profile in PROFILES:
        for kind, option in certificates:
            with Server("--profile", profile, listen=("Ignore",)) as server:
                if option:
                    extra = (option[0], make_rsa(server.store))
                    with Server("--profile", profile, *extra, data=server.folder,
                                listen=("Ignore",)) as other:
                        look(other.ports["Ignore"], profile, kind, "RSA", iana)
                else:
                    look(server.ports["Ignore"], profile, kind, "ECDSA", iana)


def look(port, profile, kind, key, iana):
    want12, want13 = documented(profile, key)
    best_last = sorted(iana, key=lambda name: want12.index(iana[name]) if iana[name] in want12 else -1)
    found = [iana[name] for name in enumerate_suites(port, chosen, best_last)]
    tap.equal(found, want12, f"{profile}, {kind}: TLS 1.2, the documented suites in their order")
    if IS_PATCHED:
        found = enumerate_suites(port, chosen13, TLS13)
        tap.equal(found, want13, f"{profile}, {kind}: TLS 1.3")


def groups():
    for profile, want in (("2012R2", "prime256v1"), ("2016", "X25519"), ("2025", "X25519")):
        with Server("--profile", profile, listen=("Ignore",)) as server:
            port = server.ports["Ignore"]
            said = s_client(port, "-tls1_2", "-groups", "P-521:P-384:P-256:X25519")
            tap.ok(re.search(rf"Server Temp Key: (ECDH, )?{want}\b", said), f"{profile}: {want} is preferred",
                   said[-1500:])
            said = s_client(port, "-tls1_2", "-groups", "P-521:brainpoolP256r1")
            tap.ok("Cipher is (NONE)" in said, f"{profile}: no other group", said[-1500:])
    with Server(listen=("Ignore",)) as server:
        port = server.ports["Ignore"]
        said = s_client(port, "-tls1_3", "-groups", "P-521:ffdhe2048")
        tap.ok("Cipher is (NONE)" in said, "TLS 1.3: neither P-521 nor ffdhe", said[-1500:])
        said = s_client(port, "-tls1_3", "-groups", "P-521:P-384")
        tap.ok("Server Temp Key: ECDH, secp384r1" in said, "TLS 1.3: P-384, asked for again", said[-1500:])


def others():
    """--ciphers, by either name; sites that play others."""
    for name in ("ECDHE-ECDSA-CHACHA20-POLY1305", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
                 "ECDHE-ECDSA-AES128-CCM8"):
        with Server("--ciphers", name, listen=("Ignore",)) as server:
            found = chosen(server.ports["Ignore"], ["ALL"])
            tap.equal(found, names_to_openssl(name), f"--ciphers {name}: that alone")
    with Server("--listen", "127.0.0.1:0,sslflags=Accept,dialect=nginx", listen=()) as server:
        port = server.ports["Accept"]
        tap.equal(chosen(port, ["ECDHE-ECDSA-CHACHA20-POLY1305"]), "ECDHE-ECDSA-CHACHA20-POLY1305",
                  "a site that plays nginx has the library's list")
        tap.ok("no response sent" in s_client(port, "-status"), "and staples nothing")
        done = subprocess.run([CERTGATED, "--check", "--ciphers", "ECDHE-RSA-DES-CBC3-SHA"],
                              capture_output=True, text=True, timeout=DEADLINE, check=False, env=server.env)
        tap.ok(done.returncode != 0 and "there is no cipher suite ECDHE-RSA-DES-CBC3-SHA" in done.stderr,
               "a suite that the library lacks is named in the error", done.stderr)


def client():
    """certgate names them either way, too."""
    with Server(listen=("Ignore",)) as server:
        for name in ("ECDHE-ECDSA-AES128-SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256"):
            done = subprocess.run(
                [CERTGATE, "get", "-k", "-v", "-o", os.devnull, "--tls-max", "1.2", "--ciphers", name,
                 f"https://localhost:{server.ports['Ignore']}/"], env=server.env, capture_output=True, text=True,
                timeout=DEADLINE, check=False)
            tap.ok("TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256" in done.stderr, f"certgate get --ciphers {name}",
                   done.stderr[-1500:])
        done = subprocess.run([CERTGATE, "get", "--ciphers", "ECDHE-ECDSA-DES", "https://localhost:1/"],
                              env=server.env, capture_output=True, text=True, timeout=DEADLINE, check=False)
        tap.ok(done.returncode == 2 and 'unknown cipher suite "ECDHE-ECDSA-DES"' in done.stderr,
               "and an unknown one is an error", done.stderr)


def make_large(server, size):
    """A certificate of at least so many bytes from the test CA that issues the server's."""
    my, authorities = server.store / "LocalMachine" / "My", server.cases.parent / "authorities"
    key, csr, cert, ext = (server.folder / f"large.{end}" for end in ("key", "csr", "crt", "ext"))
    subprocess.run(["openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                    "-keyout", key, "-out", csr, "-subj", "/CN=localhost"], check=True, capture_output=True,
                   timeout=DEADLINE)
    hosts = ",".join(f"DNS:a{n:05}.localhost" for n in range((size - 400) // 18 + 1))
    ext.write_text(f"subjectAltName=DNS:localhost,{hosts}\nextendedKeyUsage=serverAuth\n")
    subprocess.run(["openssl", "x509", "-req", "-in", csr, "-CA", authorities / "issuing.crt", "-CAkey",
                    authorities / "issuing.key", "-set_serial", "0x1234567890", "-days", "30", "-extfile", ext,
                    "-out", cert], check=True, capture_output=True, timeout=DEADLINE)
    path = my / f"large-{size}.pem"
    path.write_bytes(key.read_bytes() + cert.read_bytes())
    path.chmod(0o600)
    out = subprocess.run(["openssl", "x509", "-in", cert, "-noout", "-fingerprint", "-sha1"], check=True,
                         capture_output=True, text=True, timeout=DEADLINE).stdout
    return out.strip().partition("=")[2].replace(":", "")


def large():
    """What has no room beside the chain in a record is left out; the handshake goes on."""
    with Server(listen=("Ignore",)) as server:
        seen = set()
        for size in (8000, 15100, 15200, 15300, 15400, 15500, 15600):
            digest = make_large(server, size)
            with Server("--certhash", digest, data=server.folder, listen=("Ignore",)) as other:
                for version in ("-tls1_2", "-tls1_3"):
                    said = s_client(other.ports["Ignore"], version, "-status")
                    seen.add("Cert Status: good" in said)
                    tap.ok("Cipher is (NONE)" not in said and
                           ("Cert Status: good" in said or "no response sent" in said),
                           f"a certificate of {size} bytes, {version}: with a staple or without one",
                           said[-1500:])
        tap.equal(seen, {True, False}, "both were seen")


def names_to_openssl(name):
    return {iana: ours for ours, iana in names().items()}.get(name, name)


def staple():
    need("gnutls-cli")
    with Server(listen=("Require",)) as server:
        port, authorities = server.ports["Require"], server.cases.parent / "authorities"
        for version in ("-tls1_2", "-tls1_3"):
            said = s_client(port, version, "-status")
            tap.ok("OCSP Response Status: successful" in said and "Cert Status: good" in said,
                   f"s_client {version} -status: a good staple", said[:1500])
            said = s_client(port, version)
            tap.absent("OCSP", said, f"s_client {version}: who does not ask gets none", "Server certificate")
        check_signature(server, port, authorities)
        for version in ("-tls1_2", "-tls1_3"):
            kept = str(server.folder / "session.pem")
            s_client(port, version, "-status", "-sess_out", kept, "-ign_eof",
                     stdin=b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            said = s_client(port, version, "-status", "-sess_in", kept)
            tap.ok("\nReused, " in said, f"{version}: a session is resumed all the same", said[-1500:])
        tap.equal(get(port, "/", version=V12, cert=server.cases / "good.pem")[0], 200,
                  "a client certificate is judged as ever")
        broken_requests(port)
        tap.ok(server.alive(), "and the server lives", server.errors()[-500:])
    with Server("--clientcertnegotiation", "disable", listen=("Require",)) as server:
        pem = str(server.cases / "good.pem")
        said = s_client(server.ports["Require"], "-tls1_2", "-status", "-quiet", "-ign_eof", "-cert", pem,
                        stdin=b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        tap.ok("HTTP/1.1 200" in said, "asked late: the second handshake has no staple, and works", said[:1500])
    with Server("--disableocspstapling", "enable", listen=("Require",)) as server:
        for version in ("-tls1_2", "-tls1_3"):
            tap.ok("no response sent" in s_client(server.ports["Require"], version, "-status"),
                   f"--disableocspstapling {version}: none")
        digest = make_rsa(server.store)
        with Server("--certhash", digest, data=server.folder, listen=("Require",)) as other:
            said = s_client(other.ports["Require"], "-status")
            tap.ok("no response sent" in said, "a certificate of another CA has none", said[:1500])


def check_signature(server, port, authorities):
    """By OpenSSL, as somebody who has the response as a file."""
    for priority in ("NORMAL:-VERS-ALL:+VERS-TLS1.2", "NORMAL:-VERS-ALL:+VERS-TLS1.3"):
        der, pem = server.folder / "staple.der", server.folder / "leaf.pem"
        done = subprocess.run(
            ["gnutls-cli", "--priority", priority, "--x509cafile", authorities / "root.crt", "--save-ocsp",
             der, "--save-cert", pem, "-p", str(port), "localhost"], input=b"", capture_output=True,
            timeout=DEADLINE, check=False)
        tap.ok(b"Status: The certificate is trusted" in done.stdout, f"gnutls-cli {priority}: trusted",
               done.stdout[-1500:])
        said = subprocess.run(
            ["openssl", "ocsp", "-respin", der, "-issuer", authorities / "issuing.crt", "-cert", pem, "-CAfile",
             authorities / "root.crt", "-no_nonce"], capture_output=True, text=True, timeout=DEADLINE, check=False)
        tap.ok("Response verify OK" in said.stderr and ": good" in said.stdout,
               f"{priority}: openssl ocsp verifies it", said.stdout + said.stderr)


def client_hello(extension):
    """TLS 1.2, with a status_request as given."""
    body = (b"\x03\x03" + bytes(32) + b"\x00" + b"\x00\x02\xc0\x2b" + b"\x01\x00")
    extensions = (b"\x00\x0a\x00\x04\x00\x02\x00\x17" + b"\x00\x0d\x00\x04\x00\x02\x04\x03" +
                  b"\x00\x05" + len(extension).to_bytes(2, "big") + extension)
    body += len(extensions).to_bytes(2, "big") + extensions
    message = b"\x01" + len(body).to_bytes(3, "big") + body
    return b"\x16\x03\x01" + len(message).to_bytes(2, "big") + message


def messages(port, extension):
    """The types of the handshake messages that come back."""
    with socket.create_connection(("127.0.0.1", port), timeout=DEADLINE) as raw:
        raw.sendall(client_hello(extension))
        stream, data, types = b"", b"", []
        while 14 not in types:
            piece = raw.recv(65536)
            if not piece:
                break
            stream += piece
            while len(stream) >= 5 and len(stream) >= 5 + int.from_bytes(stream[3:5], "big"):
                size = int.from_bytes(stream[3:5], "big")
                data += stream[5:5 + size] if stream[0] == 22 else b""
                stream = stream[5 + size:]
            while len(data) >= 4 and len(data) >= 4 + int.from_bytes(data[1:4], "big"):
                types.append(data[0])
                data = data[4 + int.from_bytes(data[1:4], "big"):]
        return types


def broken_requests(port):
    tap.equal(messages(port, b"\x01\x00\x00\x00\x00"), [2, 11, 22, 12, 13, 14],
              "a ClientHello by hand: CertificateStatus follows Certificate")
    for extension in (b"", b"\x01", b"\x02\x00\x00\x00\x00", b"\x01\x00\x00", b"\x01\xff\xff\x00\x00",
                      b"\x01\x00\x00\x00\x00\x00"):
        tap.equal(messages(port, extension), [2, 11, 12, 13, 14],
                  f"status_request of {extension.hex() or 'nothing'}: as if there were none")


def session_ids():
    with Server("--disablesessionid", "enable", listen=("Ignore",)) as server:
        port = server.ports["Ignore"]
        for no_ticket in (False, True):
            tls = context(V12)
            tls.options |= ssl.OP_NO_TICKET if no_ticket else 0
            session = get(port, "/", tls=tls)[3]
            tap.equal(get(port, "/", tls=tls, session=session)[4], not no_ticket,
                      f"--disablesessionid, {'without' if no_ticket else 'with'} tickets")


def show():
    with folder() as top:
        env = dict(os.environ, HOME=str(top), XDG_DATA_HOME=str(top))
        for word, want in (("enable", "Set"), ("disable", "Not Set")):
            done = subprocess.run([CERTGATED, "--show", "sslcert", "--disableocspstapling", word], env=env,
                                  capture_output=True, text=True, timeout=DEADLINE, check=False)
            tap.ok(re.search(rf"Disable OCSP Stapling +: {want}\n", done.stdout),
                   f"--disableocspstapling {word}: --show sslcert says {want}", done.stdout)


def pages():
    """The table of docs/schannel.md, which is made from the code, is that of the documentation."""
    lines = [[cell.strip(" `") for cell in line.split("|")[1:-1]] for line in
             (ROOT / "docs" / "schannel.md").read_text(encoding="utf-8").splitlines()
             if line.startswith(("| suite", "| `TLS_"))]
    for column, profile in enumerate(lines[0][1:-1], 1):
        shown = {int(row[column]): row[0] for row in lines[1:] if row[column] != "-"}
        want = [suite for name, _, suite in ROWS if name == profile]
        tap.equal([shown[n] for n in sorted(shown)], want, f"docs/schannel.md, {profile}: as documented")
    tap.equal(lines[0][1:-1], PROFILES, "with each version")
    tap.equal({row[0] for row in lines[1:] if row[-1] != "yes"},
              {row[2] for row in ROWS if LACKING.search(row[2])}, "and what is lacking")


def main():
    pages()
    suites()
    groups()
    others()
    client()
    session_ids()
    show()
    if IS_PATCHED:
        staple()
        large()
    tap.done()


need("openssl")
main()
