#!/usr/bin/env python3
"""Writes the catalogue of chaos-core: errors.bin, outputs.bin, inputs.bin and DIGESTS.

    python3 tools/catalogue/generate.py [--wheel FILE] [--out FOLDER]

The facts are those of the pinned botocore wheel, which is fetched from PyPI
(by pip) unless it is given, and of overlays.json. The same inputs give the same
bytes. Nothing but Python's standard library is needed.
"""

import argparse
import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile

import layout
import model

VERSION = "1.44.5"
WHEEL = f"botocore-{VERSION}-py3-none-any.whl"
WHEEL_SHA256 = "8f16a56d1dff125dd65322ae021efa7ba5195a6db5102b96862566055b748921"
HERE = pathlib.Path(__file__).resolve().parent
OUT = HERE.parent.parent / "chaos-core" / "data"
LIMIT = 3_000_000


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--wheel", type=pathlib.Path, help="the pinned wheel; else it is downloaded")
    arguments.add_argument("--out", type=pathlib.Path, default=OUT, help="where to write")
    given = arguments.parse_args()
    wheel = given.wheel.read_bytes() if given.wheel else download()
    if digest(wheel) != WHEEL_SHA256:
        sys.exit(f"not {WHEEL}: its sha256 is {digest(wheel)}, and {WHEEL_SHA256} is pinned")
    overlays = (HERE / "overlays.json").read_bytes()
    services = model.services(wheel, json.loads(overlays))
    tables = dict(zip(("errors.bin", "outputs.bin", "inputs.bin"), layout.tables(services)))
    if sum(map(len, tables.values())) > LIMIT:
        sys.exit(f"{sum(map(len, tables.values()))} bytes: more than {LIMIT}")
    write(given.out, tables, {WHEEL: wheel, "overlays.json": overlays})
    report(services, tables)


def download():
    """The pinned wheel, from PyPI or the index that pip is set up for."""
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
        subprocess.run([*pip, "--dest", folder, f"botocore=={VERSION}"], check=True)
        return pathlib.Path(folder, WHEEL).read_bytes()


def write(out, tables, inputs):
    out.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        (out / name).write_bytes(table)
    lines = [f"{digest(content)}  {name}\n" for name, content in {**inputs, **tables}.items()]
    (out / "DIGESTS").write_text("".join(lines))


def report(services, tables):
    operations = sum(len(service.operations) for service in services)
    named = sum(len(service.errors) for service in services)
    print(f"{len(services)} services, {operations} operations, {named} errors")
    print(", ".join(f"{name} {len(table)} bytes" for name, table in tables.items()))


def digest(content):
    return hashlib.sha256(content).hexdigest()


if __name__ == "__main__":
    main()
