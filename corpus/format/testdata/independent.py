#!/usr/bin/env python3
"""Prints the text of a file as other people's programs read it, for TestQuotesAreTrue.

PDF is read by pdftotext, documents by pandoc, sheets and slides by LibreOffice, text by Python's
codecs, tables, mail and Slack's export by Python's own modules. Usage: independent.py FILE CHARSET
"""

import csv
import email
import email.policy
import html.parser
import io
import json
import mailbox
import pathlib
import subprocess
import sys
import tempfile
import xml.etree.ElementTree
import zipfile


def run(*args):
    return subprocess.run(args, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout.decode("utf-8", "replace")


class Text(html.parser.HTMLParser):
    """The text of a page; elements that are not inline are a blank."""
    INLINE = {"a", "title", "b", "i", "em", "strong", "span", "code", "sub", "sup", "u", "s", "del", "ins", "mark", "small", "tt", "ruby", "abbr", "q", "cite", "kbd", "p:span",
              "text:span", "text:a"}

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.out, self.silent = [], 0

    def handle_starttag(self, tag, attrs):
        if tag in ("script", "style", "rt", "rp", "head"):
            self.silent += 1
        if tag in ("text:s", "text:tab"):
            self.out.append(" ")
        if tag not in self.INLINE:
            self.out.append("\n")

    def handle_endtag(self, tag):
        if tag in ("script", "style", "rt", "rp", "head"):
            self.silent -= 1
        if tag not in self.INLINE:
            self.out.append("\n")

    def handle_data(self, data):
        if self.silent <= 0:
            self.out.append(data)


def tags(page):
    t = Text()
    t.feed(page)
    return "".join(t.out)


def pandoc(path, kind):
    return tags(run("pandoc", "-s", "--metadata", "pagetitle=-", "-f", kind, "-t", "html", "--wrap=none", str(path)))


def office(path, to):
    with tempfile.TemporaryDirectory() as d:
        subprocess.run(["soffice", "-env:UserInstallation=file://" + str(pathlib.Path(tempfile.gettempdir()) / "verbatim-office"), "--headless", "--convert-to", to, "--outdir", d, str(path)],
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        return "\n".join(f.stem.replace("-", "\n") + "\n" + f.read_text("utf-8", "replace") for f in sorted(pathlib.Path(d).iterdir()))


def strings(value):
    if isinstance(value, dict):
        return "\n".join(str(k) + "\n" + strings(v) for k, v in value.items())
    if isinstance(value, list):
        return "\n".join(strings(v) for v in value)
    return tags(str(value)) + "\n" + str(value)


def message(m):
    out = [str(m["subject"])]
    for part in m.walk():
        if part.get_content_maintype() == "text":
            text = part.get_content() if part.get_content_charset() else part.get_payload(decode=True).decode()
            out.append(tags(text) if part.get_content_subtype() == "html" else text)
    return "\n".join(out)


def slack(data):
    z = zipfile.ZipFile(io.BytesIO(data))
    names = {u["id"]: u["profile"]["real_name"] for u in json.loads(z.read("users.json"))}
    out = []
    for n in z.namelist():
        if n.endswith(".json"):
            text = strings(json.loads(z.read(n)))
            for k, v in names.items():
                text = text.replace("<@%s>" % k, "@" + v)
            text = text.replace("<#C2|old-project>", "#old-project").replace("<https://example.org/plan|the plan>", "the plan").replace("&amp;", "&")
            out.append("#" + n.split("/")[0] + "\n" + n.split("/")[-1][:-5] + "\n" + text)
    return "\n".join(out)


def word(data):
    """The text of each paragraph of a Word document that pandoc may not read whole."""
    w = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    root = xml.etree.ElementTree.fromstring(zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml"))
    return "\n".join("".join(t.text or "" for t in p.iter(w + "t")) for p in root.iter(w + "p"))


def read(path, charset):
    data = path.read_bytes()
    suffix = path.suffix
    if b"%PDF-" in data[:1024]:
        return run("pdftotext", str(path), "-") + "\n" + run("pdftotext", "-raw", str(path), "-")
    if suffix == ".docx" and data[:2] == b"PK":
        try:
            return pandoc(path, "docx") + word(data)
        except subprocess.CalledProcessError:
            return word(data)
    if suffix == ".odt": # pandoc leaves out the heads of tables.
        return pandoc(path, "odt") + tags(zipfile.ZipFile(io.BytesIO(data)).read("content.xml").decode())
    if suffix == ".epub":
        return pandoc(path, "epub")
    if suffix in (".html", ".xhtml") or suffix == ".docx":
        with tempfile.NamedTemporaryFile("w", suffix=".html", encoding="utf-8") as f:
            f.write(data.decode(charset))
            f.flush()
            return pandoc(f.name, "html") + "\n" + tags(data.decode(charset))
    if suffix == ".pptx":
        return tags(office(path, "fodp"))
    if suffix == ".xlsx":
        return office(path, "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1")
    if suffix in (".csv", ".tsv"):
        text = data.decode(charset)
        sep = next(c for c in "\t;|," if c in text.split("\n")[-2])
        rows = csv.reader(io.StringIO(text), delimiter=sep)
        return "\n".join(c + "\n" + tags(c) for r in rows for c in r)
    if suffix == ".json":
        return strings(json.loads(data))
    if suffix == ".jsonl":
        return "\n".join(strings(json.loads(l)) for l in data.decode().splitlines())
    if suffix == ".eml":
        return message(email.message_from_bytes(data, policy=email.policy.default))
    if suffix == ".mbox":
        box = mailbox.mbox(str(path), factory=lambda f: email.message_from_binary_file(f, policy=email.policy.default))
        return "\n".join(message(m) for m in box)
    if suffix == ".zip":
        return slack(data)
    return data.decode(charset, "replace")


sys.stdout.buffer.write(read(pathlib.Path(sys.argv[1]), sys.argv[2]).encode("utf-8", "replace"))
