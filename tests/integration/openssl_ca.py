# SPDX-License-Identifier: MIT
"""Certificates that certgate did not make: a small CA by the openssl command."""
import subprocess


class Maker:
    """A small CA, as the manual of openssl has it; any chain, any fault."""

    def __init__(self, place):
        self.place = place
        place.mkdir()

    def key(self, name):
        path = self.place / f"{name}.key"
        if not path.exists():
            subprocess.run(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt",
                            "ec_paramgen_curve:P-256", "-out", path], check=True,
                           capture_output=True)
        return path

    def make(self, name, issuer, extensions, days="30", file=None):
        """Returns the certificate; a negative number of days: it has expired."""
        csr, conf = self.place / "csr", self.place / "conf"
        cert = self.place / f"{file or name}.crt"
        conf.write_text("[e]\n" + "\n".join(extensions) + "\n")
        subprocess.run(["openssl", "req", "-new", "-key", self.key(name), "-subj", f"/CN={name}",
                        "-out", csr], check=True, capture_output=True)
        sign = ["-CA", self.place / f"{issuer}.crt", "-CAkey", self.key(issuer)] \
            if (self.place / f"{issuer}.crt").exists() else ["-signkey", self.key(issuer)]
        subprocess.run(["openssl", "x509", "-req", "-in", csr, "-extfile", conf, "-extensions",
                        "e", "-days", days, "-out", cert, "-set_serial",
                        str(len(list(self.place.iterdir()))), *sign],
                       check=True, capture_output=True)
        return cert

    def bundle(self, name, *chain):
        out = self.place / f"{name}.pem"
        out.write_text(self.key(name).read_text() +
                       "".join(path.read_text() for path in chain))
        return out


CA = ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign"]
LEAF = ["keyUsage=critical,digitalSignature", "extendedKeyUsage=clientAuth"]
