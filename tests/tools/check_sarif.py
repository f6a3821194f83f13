"""What validators let pass: checks SARIF files, and that sarif-tools reads the same results.

    check_sarif.py SARIF_TOOL FILE…
"""

import json
import re
import subprocess
import sys
import urllib.parse


def check_uri(run, location):
    uri = location["uri"]
    assert re.fullmatch(r"(?:[A-Za-z0-9._~!$&'()*+,;=@/:-]|%[0-9A-F]{2})+", uri), uri
    if "uriBaseId" in location:
        assert location["uriBaseId"] in run["originalUriBaseIds"]
        assert not urllib.parse.urlsplit(uri).scheme and not uri.startswith(("/", "./")), uri


def check_result(run, result):
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    assert re.fullmatch(r"[0-9a-f]+:[1-9][0-9]*", result["partialFingerprints"]["primaryLocationLineHash"])
    physical = result["locations"][0]["physicalLocation"]
    region = physical["region"]
    assert all(region[key] >= 1 for key in ("startLine", "startColumn", "endLine", "endColumn")), region
    assert (region["endLine"], region["endColumn"]) >= (region["startLine"], region["startColumn"]), region
    check_uri(run, physical["artifactLocation"])
    for related in result.get("relatedLocations", []):
        location = related["physicalLocation"]["artifactLocation"]
        check_uri(run, location)
        if "index" in location:
            assert run["artifacts"][location["index"]]["location"]["uri"] == location["uri"]
    if "!/" in physical["artifactLocation"]["uri"]:
        assert "index" in result["relatedLocations"][0]["physicalLocation"]["artifactLocation"], "nested artifact"


def check_file(sarif_tool, path):
    with open(path, encoding="utf-8") as file:
        log = json.load(file)
    assert len(log["runs"]) == 1, "one run"
    run = log["runs"][0]
    artifacts = run["artifacts"]
    successful = run["invocations"][0]["executionSuccessful"]
    notifications = run["invocations"][0]["toolExecutionNotifications"]
    errors = [n for n in notifications if n["level"] == "error"]
    assert successful == (not errors), "executionSuccessful"
    assert run["columnKind"] == "utf16CodeUnits"

    for rule in run["tool"]["driver"]["rules"]:
        severity = float(rule["properties"]["security-severity"])
        assert 0 < severity <= 10, rule["id"]
        assert rule["properties"]["precision"] in ("very-high", "high", "medium", "low")
        for field in ("shortDescription", "fullDescription"):
            assert 0 < len(rule[field]["text"]) <= 1024, (rule["id"], field)
        assert rule["help"]["text"] and rule["help"]["markdown"], rule["id"]
    for artifact in artifacts:
        check_uri(run, artifact["location"])
        if "parentIndex" in artifact:
            assert artifact["parentIndex"] < len(artifacts) and "uriBaseId" not in artifact["location"]
    for result in run["results"]:
        check_result(run, result)

    listed = subprocess.run([sarif_tool, "summary", path], capture_output=True, text=True, check=True).stdout
    counts = {level: int(count) for level, count in re.findall(r"^(error|warning|note): (\d+)$", listed, re.M)}
    for level in ("error", "warning", "note"):
        expected = sum(result["level"] == level for result in run["results"])
        assert counts.get(level, 0) == expected, (level, counts, expected)
    name = path.rsplit("/", 1)[-1]
    print(f"{name}: {len(run['results'])} results, {len(artifacts)} artifacts, {len(notifications)} notifications")


for path in sys.argv[2:]:
    check_file(sys.argv[1], path)
