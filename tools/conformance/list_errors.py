#!/usr/bin/env python3
"""Writes what the conformance tests go by: which errors AWS models, and one call per operation.

The errors come from the botocore wheel and from nowhere else, above all not from our own
catalogue, which is what the tests hold against them. How the calls are spelt, and which errors
a client has a variant for, is read off the sources of the SDK crates.

    python3 tools/conformance/list_errors.py --wheel botocore-1.44.5-py3-none-any.whl

Same inputs, same bytes. Needs Python's standard library, `cargo` and `rustfmt`.
"""

import argparse
import json
import pathlib
import re
import subprocess

import crates
import rust
import wheel

SERVICES = (
    "cloudwatch dynamodb iam kinesis lambda route53 s3 secretsmanager sns sqs sts".split()
)
# A list or an object without others in it: a line of its own.
LIST = re.compile(r"\[[^\[\]{}]*\]|\{[^\[\]{}]*\}")
PACKAGE = pathlib.Path(__file__).resolve().parents[2] / "tests" / "conformance"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--wheel", required=True, type=pathlib.Path)
    models = wheel.read(parser.parse_args().wheel, SERVICES)
    sources = crates.locate(PACKAGE / "Cargo.toml", SERVICES)
    clients = {name: crates.read(sources[name], models[name]) for name in SERVICES}
    write_json("modelled-errors.json", {name: wheel.facts(models[name]) for name in SERVICES})
    write_json("sdk-variants.json", {name: clients[name].facts() for name in SERVICES})
    write_calls(clients)


def write_json(name, facts):
    text = json.dumps(facts, indent=1, sort_keys=True)
    (PACKAGE / name).write_text(LIST.sub(one_line, text) + "\n")


def one_line(match):
    line = re.sub(r"\s+", " ", match.group())
    return line[0] + line[1:-1].strip() + line[-1]


def write_calls(clients):
    folder = PACKAGE / "src" / "calls"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "mod.rs").write_text(rust.index(clients))
    for name, client in clients.items():
        (folder / f"{name}.rs").write_text(rust.calls(name, client))
    files = [str(path) for path in sorted(folder.glob("*.rs"))]
    subprocess.run(["rustfmt", "--edition", "2024", *files], check=True)


if __name__ == "__main__":
    main()
