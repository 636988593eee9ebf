"""What the catalogue holds of a service, read from a botocore wheel."""

import collections
import gzip
import io
import json
import re
import zipfile

import inputs
import shapes

Service = collections.namedtuple(
    "Service",
    "id name service_id endpoint_prefix signing_name namespace rest protocols operations errors shapes",
)
Operation = collections.namedtuple("Operation", "name errors head events streaming status root output input")
Error = collections.namedtuple("Error", "name code status sender retry query_code shape")

# By the numbers that layout.py writes.
REST = {None: 0, "json": 1, "xml": 2, "s3": 3}
PROTOCOLS = {"json1.0": 0, "json1.1": 1, "query": 2, "ec2": 3, "smithy-rpc-v2-cbor": 4, "rest-json": 5, "rest-xml": 6}
RETRY = {"no": 0, "retryable": 1, "throttling": 2}

FILE = re.compile(r"botocore/data/([^/]+)/([^/]+)/service-2(\.sdk-extras)?\.json(\.gz)?$")


def services(wheel, overlays):
    """Every service in the wheel in its latest version, by canonical id."""
    found = [service(name, definition, overlays) for name, definition in sorted(definitions(wheel).items())]
    return sorted(unambiguous(found), key=lambda service: service.id)


def definitions(wheel):
    """The latest definition of each service, with what botocore merges into it."""
    archive = zipfile.ZipFile(io.BytesIO(wheel))
    files = collections.defaultdict(dict)
    for path in archive.namelist():
        if match := FILE.search(path):
            name, version, extras, _ = match.groups()
            files[name].setdefault(version, {})["extras" if extras else "model"] = path
    latest = {}
    for name, versions in files.items():
        parts = versions[max(versions)]
        latest[name] = load(archive, parts["model"])
        if "extras" in parts:
            merge(latest[name], load(archive, parts["extras"])["merge"])
    return latest


def load(archive, path):
    content = archive.read(path)
    return json.loads(gzip.decompress(content) if path.endswith(".gz") else content)


def merge(into, extras):
    for key, value in extras.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            merge(into[key], value)
        else:
            into[key] = value


def unambiguous(found):
    """Two services may have one serviceId: it is the canonical id of the one
    whose botocore name is like it; the other goes by its botocore name."""
    taken = collections.Counter(service.id for service in found)
    return [
        service._replace(id=canonical(service.name)) if taken[service.id] > 1 else service for service in found
    ]


def canonical(name):
    return re.sub(r"[ _-]", "", name).lower()


def service(name, definition, overlays):
    metadata = definition["metadata"]
    protocol = metadata["protocol"]
    rest = "s3" if name == "s3" else protocol.removeprefix("rest-") if protocol.startswith("rest-") else None
    cut = shapes.Shapes(definition["shapes"])
    return Service(
        id=canonical(metadata["serviceId"]),
        name=name,
        service_id=metadata["serviceId"],
        endpoint_prefix=metadata["endpointPrefix"],
        signing_name=metadata.get("signingName", metadata["endpointPrefix"]),
        namespace=namespace(metadata),
        rest=REST[rest],
        protocols=[protocol_number(protocol, metadata) for protocol in metadata.get("protocols", [protocol])],
        operations=operations(name, definition, rest, cut, overlays),
        errors=errors(name, definition, cut, overlays),
        shapes=cut,
    )


def namespace(metadata):
    found = metadata.get("xmlNamespace")
    return found["uri"] if isinstance(found, dict) else found


def protocol_number(protocol, metadata):
    return PROTOCOLS["json" + metadata["jsonVersion"] if protocol == "json" else protocol]


def errors(name, definition, cut, overlays):
    """Every error that is defined, also where no operation refers to it."""
    referred = {ref["shape"] for each in definition["operations"].values() for ref in each.get("errors", [])}
    named = {shape for shape, facts in definition["shapes"].items() if facts.get("exception")} | referred
    codes = overlays["query_codes"].get(name, {})
    compatible = name in overlays["query_codes"] or "awsQueryCompatible" in definition["metadata"]
    return [error(shape, definition["shapes"][shape], cut, codes, compatible) for shape in sorted(named)]


def error(name, facts, cut, codes, compatible):
    """The wire code of a service that once spoke query is its query code."""
    wire = facts.get("error", {})
    code = wire.get("code", name)
    status = wire.get("httpStatusCode", 500 if facts.get("fault") else 400)
    query_code = codes.get(name, code) if compatible else name
    retry = facts.get("retryable")
    return Error(
        name=name,
        code=name if compatible else code,
        status=status,
        sender=wire.get("senderFault", status < 500),
        retry=RETRY["no" if retry is None else "throttling" if retry.get("throttling") else "retryable"],
        query_code=None if query_code == name else query_code,
        shape=cut.structure(name),
    )


def operations(service, definition, rest, cut, overlays):
    roots = overlays["roots"].get(service, {})
    return [
        operation(name, facts, definition, rest, cut, roots)
        for name, facts in sorted(definition["operations"].items())
    ]


def operation(name, facts, definition, rest, cut, roots):
    defined = definition["shapes"]
    output = facts.get("output", {}).get("shape")
    kind = shapes.answer(defined, output)
    return Operation(
        name=name,
        errors=sorted({ref["shape"] for ref in facts.get("errors", [])}),
        head=facts["http"]["method"] == "HEAD",
        events=kind == "events",
        streaming=kind == "streaming",
        status=facts["http"].get("responseCode", 200),
        root=roots.get(name, shapes.root(defined, output)) if rest in ("xml", "s3") else None,
        output=None if kind == "events" else cut.structure(output),
        input=inputs.read(facts, defined, definition["metadata"]["protocol"]),
    )
