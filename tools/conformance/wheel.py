"""What botocore's service definitions say of errors."""

import gzip
import json
import zipfile


def read(path, services):
    """The definition of each service, in its latest version."""
    with zipfile.ZipFile(path) as archive:
        return {name: definition(archive, name) for name in services}


def definition(archive, service):
    start, end = f"botocore/data/{service}/", "/service-2.json.gz"
    names = [name for name in archive.namelist() if name.startswith(start) and name.endswith(end)]
    return json.loads(gzip.decompress(archive.read(max(names))))


def facts(model):
    """Each operation's errors, the code and status of each, and which answers have no body."""
    operations = {name: errors_of(operation) for name, operation in model["operations"].items()}
    heads = [name for name, operation in model["operations"].items() if is_head(operation)]
    named = sorted({name for errors in operations.values() for name in errors})
    return {
        "errors": {name: wire(name, model["shapes"][name]) for name in named},
        "operations": operations,
        "bodiless": sorted(heads),
    }


def is_head(operation):
    return operation.get("http", {}).get("method") == "HEAD"


def errors_of(operation):
    return sorted(error["shape"] for error in operation.get("errors", []))


def wire(name, shape):
    error = shape.get("error", {})
    usual = 500 if shape.get("fault") else 400
    return {"code": error.get("code", name), "status": error.get("httpStatusCode", usual)}


def needed(model, operation):
    """The members without which the SDK builds no request: those that make its address."""
    shape = model["shapes"].get(model["operations"][operation].get("input", {}).get("shape"), {})
    required = shape.get("required", [])
    return [
        name
        for name, member in sorted(shape.get("members", {}).items())
        if is_label(member) or (name in required and is_of_address(member))
    ]


def is_label(member):
    return member.get("location") == "uri" or member.get("hostLabel", False)


def is_of_address(member):
    return member.get("location") == "querystring" or "contextParam" in member
