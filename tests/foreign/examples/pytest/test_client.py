# SPDX-License-Identifier: MIT
"""How our client gets on with a server that wants client certificates, as IIS does."""
import pytest

from client import Refused, fetch


def code(answer):
    """As IIS's pages have it: "200" or "403.16"."""
    return ".".join(str(answer[name]) for name in ("status", "substatus") if name in answer)


def test_case(certgate, case):
    """Each certificate of the table gets its answer, and the client says which."""
    name, want = case["case"], code(case["require"])
    before = certgate.mark()
    try:
        fetch(certgate.url, certgate.ca, certgate.certificate(name))
        got = "200"
    except Refused as refused:
        got = refused.reason
    assert got == want, case["title"]
    certgate.expect(verdict=want, count=1, since=before, type="request")


def test_sends_its_certificate(certgate):
    """The server knows best which certificate came."""
    before = certgate.mark()
    fetch(certgate.url, certgate.ca, certgate.certificate("good"))
    certgate.expect(subject="CN=good", verdict="200", count=1, since=before)


def test_revoked_while_running(certgate):
    """A certificate that was good a moment ago is refused once its issuer revokes it."""
    mine = certgate.certificate("good")
    fetch(certgate.url, certgate.ca, mine)
    certgate.revoke("good")
    with pytest.raises(Refused, match=r"403\.13"):
        fetch(certgate.url, certgate.ca, mine)
    certgate.revoke("good", "good")
    fetch(certgate.url, certgate.ca, mine)


def test_says_why(certgate):
    with pytest.raises(Refused, match=r"refuses our certificate: 403\.17"):
        fetch(certgate.url, certgate.ca, certgate.certificate("expired"))
