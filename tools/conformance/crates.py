"""What the sources of the SDK crates say: how a call is spelt, and which errors it tells apart."""

import json
import pathlib
import re
import subprocess
from dataclasses import dataclass, field

import wheel

# An arm of the match that turns a code on the wire into a variant.
ARM = re.compile(r'"([^"\n]+)" => (?:\{\s*)?crate::operation::(\w+)::\w+Error::(\w+)\(')
SETTER = re.compile(r"pub fn (?:r#)?(\w+)\(mut self, input: (.+)\) -> Self")
STREAM = re.compile(r"^    pub (\w+): ::aws_smithy_types::byte_stream::ByteStream,", re.MULTILINE)
UNION = re.compile(r"^pub enum (\w+) \{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
VARIANT = re.compile(r"^    (\w+)\((.+)\),$", re.MULTILINE)
# A member without which a crate makes no output of what it reads.
NEEDED = re.compile(r'missing_field\(\s*"(\w+)",\s*"\w+ was not specified')
EVENTS = re.compile(r"event_receiver::EventReceiver<")


@dataclass
class Call:
    """How one operation is called."""

    module: str
    setters: list
    # The member that is read after the call has returned, if there is one.
    body: str | None
    # The answer is a stream of events.
    events: bool


@dataclass
class Client:
    """What is known of one crate."""

    package: str
    version: str
    calls: dict = field(default_factory=dict)
    variants: dict = field(default_factory=dict)
    codes: dict = field(default_factory=dict)
    absent: list = field(default_factory=list)
    unions: dict = field(default_factory=dict)
    needed: list = field(default_factory=list)

    def facts(self):
        events = sorted(name for name, call in self.calls.items() if call.events)
        return {
            "crate": f"{self.package} {self.version}",
            "codes": self.codes,
            "operations": self.variants,
            "absent": sorted(self.absent),
            "event_streams": events,
            "unions": self.unions,
            "needed": self.needed,
        }


def locate(manifest, services):
    """Where Cargo keeps the sources of each service's crate, with its name and version."""
    command = ["cargo", "metadata", "--locked", "--format-version", "1", "--manifest-path", manifest]
    packages = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["packages"]
    by_name = {package["name"]: package for package in packages}
    return {service: by_name[f"aws-sdk-{service}"] for service in services}


def read(package, model):
    source = pathlib.Path(package["manifest_path"]).parent / "src"
    client = Client(package["name"], package["version"])
    modules = {plain(path.stem): path.stem for path in sorted((source / "operation").glob("*.rs"))}
    arms = arms_of(source)
    for operation in sorted(model["operations"]):
        module = modules.get(plain(operation))
        if module is None:
            client.absent.append(operation)
            continue
        members = wheel.needed(model, operation)
        client.calls[operation] = call(source / "operation" / module, members)
        client.variants[operation] = sorted({variant for variant, _ in arms.get(module, [])})
    client.codes = {variant: code for found in arms.values() for variant, code in found}
    client.unions = unions_of(source)
    needed = [name for path in source.rglob("*.rs") for name in NEEDED.findall(path.read_text())]
    client.needed = sorted(set(needed))
    return client


def unions_of(source):
    """What has exactly one of its members: enums of the crate whose variants hold values."""
    unions = {}
    for path in sorted((source / "types").glob("_*.rs")):
        for name, body in UNION.findall(path.read_text()):
            held = [variant for variant, value in VARIANT.findall(body) if "sealed_enum" not in value]
            if held:
                unions[name] = sorted(held)
    return unions


def plain(name):
    """Names compare without underscores and case: so do botocore's and Rust's."""
    return name.replace("_", "").lower()


def arms_of(source):
    """For each operation's module, its variants with their codes."""
    arms = {}
    for path in sorted(source.rglob("*.rs")):
        for code, module, variant in ARM.findall(path.read_text()):
            arms.setdefault(module, []).append((variant, code))
    return arms


def call(folder, members):
    found = SETTER.findall((folder / "builders.rs").read_text())
    types = {plain(name): (name, kind) for name, kind in found}
    setters = [(types[plain(member)][0], argument(types[plain(member)][1])) for member in members]
    output = (folder / f"_{folder.name}_output.rs").read_text()
    body = STREAM.search(output)
    return Call(folder.name, setters, body and body.group(1), EVENTS.search(output) is not None)


def argument(kind):
    """Any value of a setter's type, as Rust source."""
    if kind in ("i32", "i64"):
        return "1"
    return '"x123"' if "String" in kind else '"x123".into()'
