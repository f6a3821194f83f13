"""Runs the steps of a composite action as a runner does: inputs, expressions, environment, outputs, summary.

    run_action.py ACTION_DIRECTORY RESULTS [INPUT=VALUE]...

The workspace is the current directory. RESULTS gets `outputs` (`name=value` lines), `summary` and `used` (a line for each
step that uses another action: its name and its inputs; such steps are not run). Ends with 1 when a step failed. What
action.yml asks for and this runner does not know is an error.
"""

import os
import pathlib
import re
import subprocess
import sys

import ruamel.yaml

action_path, results, *given = sys.argv[1:]
results = pathlib.Path(results)
results.mkdir(parents=True, exist_ok=True)
action = ruamel.yaml.YAML(typ="safe").load(pathlib.Path(action_path, "action.yml").read_text(encoding="utf-8"))
assert action["runs"]["using"] == "composite"

given = dict(pair.split("=", 1) for pair in given)
unknown = given.keys() - action["inputs"].keys()
assert not unknown, f"no such inputs: {unknown}"
inputs = {name: given.get(name, str(spec.get("default", ""))) for name, spec in action["inputs"].items()}
github = {"action_repository": os.environ.get("TEST_ACTION_REPOSITORY", ""), "token": "no-token"}
outputs = {}


def value(reference):
    """The value of `inputs.x`, `github.x` or `steps.x.outputs.y`; an output that was not written is empty."""
    match reference.split("."):
        case ["inputs", name]:
            return inputs[name]
        case ["github", name]:
            return github[name]
        case ["steps", step, "outputs", name]:
            return outputs[step].get(name, "") if step in outputs else ""
    raise SystemExit(f"unknown expression: {reference}")


def filled(text):
    return re.sub(r"\$\{\{\s*([\w.-]+)\s*\}\}", lambda found: value(found[1]), str(text))


def holds(condition):
    """Conditions are made of references, strings in single quotes, `==`, `!=`, `&&`, `||` and brackets."""
    condition = re.fullmatch(r"\$\{\{(.*)\}\}", condition.strip()).group(1)
    tokens = re.findall(r"'[^']*'|&&|\|\||==|!=|[()]|[\w.-]+|\S", condition)
    words = {"&&": "and", "||": "or", "==": "==", "!=": "!=", "(": "(", ")": ")"}
    python = [words.get(token) or (token if token.startswith("'") else repr(value(token))) for token in tokens]
    return eval(" ".join(python), {"__builtins__": {}})  # nothing but strings and the words above


def read_outputs(text):
    """`name=value` lines, and `name<<MARK` with the lines up to the mark."""
    found, lines = {}, iter(text.splitlines())
    for line in lines:
        if "<<" in line and "=" not in line.split("<<")[0]:
            name, mark = line.split("<<", 1)
            found[name] = "\n".join(iter(lambda: next(lines), mark))
        else:
            name, _, text = line.partition("=")
            assert name, f"no output: {line}"
            found[name] = text
    return found


failed = False
temp = pathlib.Path(os.environ["RUNNER_TEMP"])
temp.mkdir(parents=True, exist_ok=True)
(results / "summary").write_text("")
(results / "used").write_text("")
for number, step in enumerate(action["runs"]["steps"]):
    assert not step.keys() - {"name", "id", "if", "shell", "env", "run", "uses", "with"}, step
    if failed or ("if" in step and not holds(step["if"])):
        continue
    if "uses" in step:
        with (results / "used").open("a") as used:
            used.write(f"{step['uses']} { {name: filled(text) for name, text in step['with'].items()} }\n")
        continue
    assert step["shell"] == "bash"
    script, output, summary = (temp / f"{kind}-{number}" for kind in ("script", "output", "summary"))
    script.write_text(filled(step["run"]))
    output.write_text("")
    summary.write_text("")
    environment = os.environ | {name: filled(text) for name, text in step.get("env", {}).items()}
    environment |= {"GITHUB_ACTION_PATH": str(action_path), "GITHUB_OUTPUT": str(output)}
    environment |= {"GITHUB_STEP_SUMMARY": str(summary)}
    ended = subprocess.run(["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)], env=environment)
    outputs[step.get("id", str(number))] = read_outputs(output.read_text())
    with (results / "summary").open("a") as all_summaries:
        all_summaries.write(summary.read_text())
    assert summary.stat().st_size <= 1 << 20, "a summary of more than 1 MiB is refused"
    failed = ended.returncode != 0

with (results / "outputs").open("w") as file:
    for name, spec in action["outputs"].items():
        text = filled(spec["value"])
        assert "\n" not in text, name
        file.write(f"{name}={text}\n")
sys.exit(1 if failed else 0)
