#!/usr/bin/env python3
"""What a script of a few lines would do: read every XML file of a package and look at every attribute. A baseline."""

import sys
import xml.etree.ElementTree as ElementTree
import zipfile

MARKS = ("adobelogin.com", "AdobeOrg", "auth.token.provider")

found = 0
with zipfile.ZipFile(sys.argv[1]) as package:
    for name in package.namelist():
        if name.endswith(".xml"):
            root = ElementTree.fromstring(package.read(name))
            values = (value for element in root.iter() for value in element.attrib.values())
            found += any(mark in value for value in values for mark in MARKS)
        elif name.endswith((".json", ".config", ".cfg", ".properties", ".txt")):
            text = package.read(name).decode("utf-8", "replace")
            found += any(mark in text for mark in MARKS)
print(found)
