# SPDX-License-Identifier: MIT
"""What certgate explain, /view, /whoami and the served page say, in one form: to compare."""
import html
import http.client
import re

BOUNDARY = "----certgate-test"


def by_certificate(names, elements):
    """Findings as a page shows them: those of one certificate after the other's, root
    first, and those of none last."""
    rows = sorted(zip(elements, range(len(names)), names), key=lambda r: (-r[0], r[1]))
    return [name for _, _, name in rows]


def of_json(chain, deciding, verdict):
    findings = chain["findings"] if chain else []
    n = len(chain["path"]) if chain else 0
    elements = [f["certificate"] if f["certificate"] < n else -1 for f in findings]
    return {"verdict": verdict, "path": n,
            "findings": by_certificate([f["name"] for f in findings], elements),
            "details": by_certificate([f["detail"] or "" for f in findings], elements),
            "deciding": deciding}


def of_explain(result):
    deciding = result["deciding"]
    name = None if deciding is None else result["chain"]["findings"][deciding]["name"]
    verdict = (result["verdict"]["status"], result["verdict"]["hresult"])
    return of_json(result["chain"], name, verdict)


def of_whoami(answer):
    deciding = answer["deciding"]
    verdict = (answer["verdict"]["code"], answer["verdict"]["hresult"])
    return of_json(answer["chain"], deciding and deciding["name"], verdict)


def of_page(text, verdict):
    """The viewer's tab Certification path of its first certificate."""
    _, _, panel = text.partition('class="panel panel-3"')
    panel = re.split(r"<h3>What a client|<h2>The connection|<footer>", panel)[0]
    faults = re.findall(r'<div class="fault(?: note)?">(.*?)</div>', panel, re.S)
    names, details, deciding = [], [], None
    for fault in faults:
        names.append(re.findall(r"<code>(\w+)</code>", fault)[-1])
        detail = re.search(r'</strong> <span class="mono"><bdi>(.*?)</bdi>', fault, re.S)
        details.append(html.unescape(detail[1]) if detail else "")
        if "this one decides" in fault:
            deciding = names[-1]
    return {"verdict": verdict, "path": len(re.findall(r'<label class="node level-', panel)),
            "findings": names, "details": details, "deciding": deciding}


def of_text(text, faults):
    """certgate explain's own words; `faults` maps what a finding says to its name."""
    _, _, rest = text.partition("\nCertification path\n")
    tree = " ".join(rest.split("\n\n")[0].split())
    found = sorted((m.start(), name) for fault, name in faults.items()
                   for m in re.finditer(r"(?:- note: |! [\w. ]+: )" + re.escape(fault), tree))
    refusal = re.search(r"HTTP Error ([\d.]+) - .*\n\s+Error Code (0x\w+)", text)
    return {"verdict": refusal.groups() if refusal else ("200", "0x00000000"),
            "findings": [name for _, name in found]}


def verdict_of_view(page):
    refusal = re.search(r"IIS would refuse this client: ([\d.]+) .*?<code>(0x\w+)</code>",
                        page, re.S)
    return refusal.groups() if refusal else ("200", "0x00000000") \
        if "IIS would let this client in" in page else None


def verdict_of_served(page):
    refusal = re.search(r"HTTP Error ([\d.]+)", page)
    code = re.search(r"0x[0-9A-F]{8}", page)
    return (refusal[1], code[0]) if refusal else ("200", "0x00000000") \
        if "You are let in" in page else None


def clients_of_view(page):
    rows = re.findall(r'<tr><th scope="row">(.*?)\n.*?</th>(.*?)</tr>', page, re.S)
    return [(html.unescape(name.strip()), *(re.sub(r"<[^>]*>", "", cell).split()
                                            for cell in re.findall("<td>(.*?)</td>", cells)))
            for name, cells in rows]


def clients_of_explain(result):
    rows = {}
    for c in result["clients"]:
        cell = [c["sends"] + ":", c["status"]]
        if c["sends"] != "nothing" and c["status"] != "200":
            cell.append(c["hresult"])
        rows.setdefault(c["name"], []).append(cell)
    return [(name, *cells) for name, cells in rows.items()]


def clients_of_text(text, names):
    rows = []
    for name in names:
        found = re.search(rf"^  {re.escape(name)}\s+(\w+: \S+(?: 0x\w+)?)\s+(\w+:.*)$", text,
                          re.M)
        rows.append((name, found[1].split(), found[2].split()) if found else (name,))
    return rows


def view(server, path):
    """The page of /view for a file, as a browser's form sends it."""
    body = (f"--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; "
            f"filename=\"{path.name}\"\r\n\r\n").encode() + path.read_bytes() + \
        f"\r\n--{BOUNDARY}--\r\n".encode()
    connection = http.client.HTTPConnection("127.0.0.1", server.ports["desk"], timeout=60)
    connection.request("POST", "/view", body=body,
                       headers={"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"})
    text = connection.getresponse().read().decode()
    connection.close()
    return text
