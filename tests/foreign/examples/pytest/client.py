# SPDX-License-Identifier: MIT
"""The program under test: put yours here."""
import re

import requests


class Refused(Exception):
    """The server does not let us in; `reason` is IIS's, as "403.16"."""

    def __init__(self, reason):
        super().__init__(f"the server refuses our certificate: {reason}")
        self.reason = reason


def fetch(url, ca, certificate=None):
    """The page, asked for with this certificate (a PEM file with its key)."""
    answer = requests.get(url, verify=ca, cert=certificate, timeout=60)
    if answer.status_code == 403:
        found = re.search(r"HTTP Error (403\.\d+)", answer.text)
        raise Refused(found[1] if found else "403")
    answer.raise_for_status()
    return answer.text
