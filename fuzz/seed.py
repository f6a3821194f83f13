#!/usr/bin/env python3
"""Fills fuzz/corpus with the fixtures and the texts of the conformance tables: fuzz/seed.py, then cargo fuzz run TARGET."""

import base64
import glob
import io
import json
import os
import tarfile
import zipfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TABLES = {
    "docview": ["docview"], "is_docview": ["docview"], "sysview": ["system_view"], "felix_config": ["felix_config"],
    "cfg_json": ["cfg_json"], "cfg_properties": ["properties"], "configurator_resource": ["json_exports"],
    "sling_get_json": ["json_exports"], "sling_content_json": ["json_exports"], "config_status": ["text_exports"],
    "configuration_manager": ["json_exports"], "powershell_encoding": ["text_exports"], "ini": ["text_exports"],
}
SUFFIXES = {
    ".xml": ["docview", "system_view"], ".config": ["felix_config"], ".cfg.json": ["cfg_json"], ".cfg": ["properties"],
    ".properties": ["properties"], ".json": ["json_exports"], ".txt": ["text_exports", "json_exports"], ".env": ["text_exports"],
    ".model": ["text_exports"], ".aio": ["json_exports"], ".html": ["text_exports"], ".nfo": ["text_exports"],
    ".mhtml": ["text_exports"], ".yaml": ["text_exports"], ".repo": ["text_exports"],
}


# Which format the target `edit` takes for its first byte.
EDITED = {"cfg_json": 0, "felix_config": 1, "docview": 2}


def put(target, number, data):
    folder = os.path.join(ROOT, "fuzz", "corpus", target)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, f"seed-{number}"), "wb") as file:
        file.write(data)


def put_edited(targets, number, data):
    for target in targets:
        if target in EDITED:
            # Some of the changes and values there are, another choice for every file.
            choices = bytes([EDITED[target], number % 3] + [(number * 37 + i * 11) % 256 for i in range(14)])
            put("edit", number, choices + data)


def tables():
    for name, targets in TABLES.items():
        path = os.path.join(ROOT, "tests", "conformance", name + ".json")
        if not os.path.exists(path):
            continue
        for case in json.load(open(path))["cases"]:
            if "b64" in case:
                yield targets, base64.b64decode(case["b64"])
            else:
                text = case.get("text", case.get("xml"))
                if text is not None:
                    yield targets, text.encode("utf-8", "surrogatepass")


def fixtures():
    for path in sorted(glob.glob(os.path.join(ROOT, "fixtures", "**", "*"), recursive=True, include_hidden=True)):
        if os.path.isfile(path):
            targets = next((t for s, t in SUFFIXES.items() if path.endswith(s)), [])
            yield path, targets, open(path, "rb").read()


def main():
    number = 0
    for targets, data in tables():
        number += 1
        for target in targets:
            put(target, number, data)
        put_edited(targets, number, data)
    for path, targets, data in fixtures():
        number += 1
        for target in targets:
            put(target, number, data)
        put_edited(targets, number, data)
        put("prefilter", number, bytes([number % 11]) + data)
        for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            outer = io.BytesIO()
            with zipfile.ZipFile(outer, "w", method) as package:
                package.writestr("META-INF/vault/filter.xml", '<workspaceFilter version="1.0"/>')
                package.writestr("jcr_root/apps/a/config/" + os.path.basename(path), data)
            put("package", f"{number}-{method}", outer.getvalue())
        for kind in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
            outer = io.BytesIO()
            with tarfile.open(fileobj=outer, mode="w", format=kind) as archive:
                for folder in ("launchpad/config", "a/jcr_root/apps/" + "long/" * 30):
                    member = tarfile.TarInfo(f"{folder}/{os.path.basename(path)}")
                    member.size = len(data)
                    archive.addfile(member, io.BytesIO(data))
            put("container", f"{number}-{kind}", bytes([number % 6]) + outer.getvalue())


if __name__ == "__main__":
    main()
