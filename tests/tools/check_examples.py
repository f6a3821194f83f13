"""Writes the examples for CI systems in docs/*.md as files that their own validators take.

    check_examples.py REPOSITORY DIRECTORY

`pre-commit-N.yaml`, `gitlab-ci-N.yml`, `azure-pipelines-N.yml`, `github-N.yml`, by the heading that an example stands
under. An example of YAML under another heading is an error, and so is XML that is not well-formed.
"""

import pathlib
import re
import sys
import xml.etree.ElementTree

root, directory = map(pathlib.Path, sys.argv[1:])
directory.mkdir(parents=True, exist_ok=True)

# Heading: file, and what goes round a part of a file. `{}` is the example, indented by the number.
KINDS = {
    "GitHub Actions": ("github-{}.yml", "on: push\njobs:\n  example:\n    runs-on: ubuntu-24.04\n", 4),
    "SARIF": ("github-{}.yml", "on: push\njobs:\n  example:\n    runs-on: ubuntu-24.04\n    steps:\n", 6),
    "pre-commit": ("pre-commit-{}.yaml", "", 0),
    "GitLab": ("gitlab-ci-{}.yml", "", 0),
    "Azure Pipelines": ("azure-pipelines-{}.yml", "", 0),
}
written = dict.fromkeys(KINDS, 0)
for page in sorted(root.glob("docs/*.md")):
    heading = ""
    text = page.read_text(encoding="utf-8")
    for title, language, block in re.findall(r"^## ([^\n]+)$|^```(\w+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        heading = title or heading
        if language == "xml" and block.startswith("<plugin>"):
            xml.etree.ElementTree.fromstring(block)
        if language == "yaml":
            name, around, indent = KINDS[heading]
            written[heading] += 1
            lines = "".join(" " * indent + line + "\n" for line in block.splitlines())
            (directory / name.format(f"{page.stem}-{written[heading]}")).write_text(around + lines, encoding="utf-8")
assert all(written.values()), f"no example for some: {written}"
