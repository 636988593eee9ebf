"""Where the members of an operation's input lie in its request."""

import collections

# `segments` counts those of the path, 0 where it has no labels; `greedy` is the
# number of the one that may hold slashes. A member is (name, place, text or segment).
Input = collections.namedtuple("Input", "segments greedy members")

# By the numbers that layout.py writes. A member without a place lies in the body
# under its own name.
PATH, REST_OF_PATH, QUERY, HEADER, HEADERS, PAYLOAD, BODY = range(1, 8)
PLACES = {"querystring": QUERY, "header": HEADER, "headers": HEADERS}


def read(facts, defined, protocol):
    """Of one operation: what its definition says of its input."""
    shape = defined[facts["input"]["shape"]] if "input" in facts else {}
    labels, greedy = path_labels(facts["http"]["requestUri"])
    members = []
    for name, ref in shape.get("members", {}).items():
        members.append((name, *place(name, ref, shape, labels, defined, protocol)))
    segments = labels[""] if any(member[1] in (PATH, REST_OF_PATH) for member in members) else 0
    return Input(segments, greedy if segments else None, tuple(sorted(members)))


def path_labels(uri):
    """Label -> (place, segment), and under "" how many segments there are; and
    the number of the one that may hold slashes."""
    segments = uri.partition("?")[0].strip("/").split("/")
    found, greedy = {"": len(segments)}, None
    for number, segment in enumerate(segments):
        if segment.startswith("{"):
            rest = segment.endswith("+}")
            greedy = number if rest else greedy
            found[segment.strip("{+}")] = (REST_OF_PATH if rest else PATH, number)
    return found, greedy


def place(name, ref, shape, labels, defined, protocol):
    wire = ref.get("locationName", name)
    if ref.get("location") == "uri":
        return labels[wire]
    if ref.get("location") in PLACES:
        return PLACES[ref["location"]], wire if wire != name or ref["location"] == "headers" else None
    if shape.get("payload") == name:
        return PAYLOAD, None
    wire = body_name(name, ref, defined, protocol)
    return (BODY, wire) if wire != name else (0, None)


def body_name(name, ref, defined, protocol):
    """What a member of the body is called there."""
    facts = defined[ref["shape"]]
    if protocol == "json":
        return name
    if protocol == "ec2":
        wire = ref.get("locationName", name)
        return ref.get("queryName", wire[:1].upper() + wire[1:])
    flattened = facts["type"] == "list" and (facts.get("flattened") or ref.get("flattened"))
    if protocol == "query" and flattened:
        return facts["member"].get("locationName", ref.get("locationName", name))
    return ref.get("locationName", name)
