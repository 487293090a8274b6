"""The message catalogue: every text that people read has a Traditional Chinese translation, and no other is there.

Texts are those in tr("...") and TR_MARK("...") of sim/ and gui/, and the rows of the tables: states, edges, clauses, and the names in trace
records. `--rewrite` puts sim/po/zh_TW.po in their order and leaves what is new untranslated.
"""

import glob
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from tap import report

PO = "sim/po/zh_TW.po"
STRING = r'"((?:\\.|[^"\\])*)"'
JOINED = rf'{STRING}((?:\s*{STRING})*)'
CALL = re.compile(rf'\b(?:tr|TR_MARK)\(\s*{JOINED}\s*\)')
# Terms of the mainland, and what Taiwan says.
FOREIGN = {"报文": "區段", "报": "", "連接": "連線", "數據": "資料", "端口": "連接埠", "字節": "位元組", "超時": "逾時",
           "重傳超時": "", "窗口": "視窗", "擁塞": "壅塞", "序列號": "序號", "客戶端": "用戶端", "服務器": "伺服器",
           "緩衝區": None, "默認": "預設", "網絡": "網路", "信息": "訊息", "隊列": "佇列", "鏈接": "連結", "校驗": "檢查"}


def unquote(text):
    return re.sub(r'\\(.)', lambda m: {"n": "\n", "t": "\t"}.get(m[1], m[1]), text)


def quote(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def literals(match_text):
    return "".join(unquote(s) for s in re.findall(STRING, match_text))


def wanted():
    """msgid -> where it comes from, in order."""
    found = {}
    for path in sorted(glob.glob("sim/**/*.c", recursive=True)):
        with open(path, encoding="utf-8") as f:
            for m in CALL.finditer(f.read()):
                found.setdefault(literals(m[0]), path)
    with open("models/tcp/fsm.def", encoding="utf-8") as f:
        fsm = f.read()
    fsm = re.sub(r"/\*.*?\*/", "", fsm, flags=re.S)
    for m in re.finditer(rf'\bSTATE\(\w+,\s*{STRING}\)', fsm):
        found.setdefault(unquote(m[1]), "models/tcp/fsm.def")
    for m in re.finditer(rf'\bEDGE\(\w+,\s*\w+,\s*\w+,\s*{STRING}', fsm):
        found.setdefault(unquote(m[1]), "models/tcp/fsm.def")
    with open("models/tcp/clause.def", encoding="utf-8") as f:
        clauses = re.sub(r"/\*.*?\*/", "", f.read(), flags=re.S)
    for m in re.finditer(rf'\bCLAUSE\(\w+,\s*{STRING},\s*{STRING},\s*{STRING}\)', clauses):
        found.setdefault(unquote(m[3]), "models/tcp/clause.def")
    with open("models/tables.def", encoding="utf-8") as f:
        for m in re.finditer(rf'\bR\((\w+),\s*{STRING}\)', f.read()):
            if m[1] != "NONE":
                found.setdefault(unquote(m[2]), "models/tables.def")
    for path in sorted(glob.glob("gui/*.c")) + sorted(glob.glob("gui/*.def")):
        with open(path, encoding="utf-8") as f:
            for m in CALL.finditer(re.sub(r"/\*.*?\*/", "", f.read(), flags=re.S)):
                found.setdefault(literals(m[0]), path)
    return found


def catalogue():
    """msgid -> msgstr of the .po file."""
    if not os.path.exists(PO):
        return {}
    with open(PO, encoding="utf-8") as f:
        text = re.sub(r"^#.*$", "", f.read(), flags=re.M)
    return {literals(m[1]): literals(m[2])
            for m in re.finditer(rf'^msgid\s+((?:{STRING}\s*)+)^msgstr\s+((?:{STRING}\s*)+)', text, re.M)
            for m in [(m[0], m[1], m[3])]}


HEADER = ("Content-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\nLanguage: zh_TW\n"
          "Project-Id-Version: tcplab\nMIME-Version: 1.0\nPO-Revision-Date: 2026-01-01 00:00+0000\n"
          "Last-Translator: the tcplab authors\nLanguage-Team: none\n")


def rewrite(texts, have):
    out = ["# Texts of tcplab in Traditional Chinese, with the terms used in Taiwan.",
           "# tests/report/catalogue.py --rewrite keeps the order; msgid is the English text.",
           'msgid ""', 'msgstr ""'] + [quote(line + "\n") for line in HEADER.splitlines()]
    last = None
    for text, where in texts.items():
        out.append("")
        if where != last:
            out.append(f"# ---- {where} ----")
            last = where
        if "%" in text and where.startswith("sim/"):
            out.append("#, c-format")
        out += [f"msgid {quote(text)}", f"msgstr {quote(have.get(text, ''))}"]
    with open(PO, "w", encoding="utf-8") as f:
        f.write("\n".join(out) + "\n")


def compiles():
    with tempfile.NamedTemporaryFile(suffix=".mo") as mo:
        run = subprocess.run(["msgfmt", "--check", "-o", mo.name, PO], capture_output=True, text=True, check=False)
    return run.stderr.splitlines() if run.returncode else []


def main():
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
    texts = wanted()
    have = catalogue()
    if "--rewrite" in sys.argv:
        rewrite(texts, have)
        return
    have.pop("", None)
    tests = [
        ("there are texts to be translated", [] if len(texts) > 200 else [f"only {len(texts)} found"]),
        ("every text is translated", [f"{w}: {t!r}" for t, w in texts.items() if not have.get(t)]),
        ("no translation is left over", [repr(t) for t in have if t not in texts]),
        ("Taiwan's terms", [f"{z}: {word} (Taiwan: {taiwan})" for t, z in have.items() for word, taiwan in FOREIGN.items()
                            if taiwan is not None and word in z and word + "埠" not in z]),
        ("sentences end as their English ones do", [f"{t!r}: {z!r}" for t, z in have.items()
                                                    if z and (t.rstrip()[-1:] == ".") != (z.rstrip()[-1:] == "。")]),
        ("msgfmt accepts the catalogue", compiles()),
    ]
    report(tests)


if __name__ == "__main__":
    main()
