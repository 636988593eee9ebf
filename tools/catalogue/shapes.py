"""Shapes, as far as the wire needs them: the counterpart of wire::Schema."""

# What needs no record of its own, by the numbers that layout.py writes.
LEAVES = ["text", "blob", "boolean", "integer", "float", "double", "timestamp", "iso8601", "unixTimestamp", "rfc822", "document"]
TYPES = {"string": "text", "character": "text", "long": "integer"}
PLACES = {None: 0, "payload": 1, "header": 2, "headers": 3, "statusCode": 4}


class Shapes:
    """The shapes of one service. Shapes of one form are one shape, whatever
    they are called: names of shapes are not on the wire."""

    def __init__(self, defined):
        # Without a name, the structure without members; with "~", a flattened twin.
        forms = {"=": ("structure", ())}
        for name, facts in defined.items():
            forms["=" + name] = form(facts, defined)
            if facts["type"] in ("list", "map"):
                forms["~" + name] = form({**facts, "flattened": True}, defined)
        self.classes = classes(forms)
        self.records = dict(self.classes.values())

    def structure(self, name):
        """The class of a structure; without a name, of one without members."""
        return self.classes["=" + (name or "")][0]

    def reached(self, roots):
        """The classes that are reached from these, each after what it refers to
        where it can be."""
        found = {}

        def visit(number):
            if number not in found:
                found[number] = None
                for other in refers(self.records[number]):
                    visit(other)
                # Again at the end: dictionaries keep the order of insertion.
                del found[number]
                found[number] = None

        for root in roots:
            visit(root)
        return list(found)


def refers(record):
    """The classes that a record refers to."""
    targets = [member[2] for member in record[1]] if record[0] == "structure" else record[1:2]
    return [target for target in targets if target not in LEAVES]


def classes(forms):
    """Name -> (class, record). Starts from all alike, and splits what turns out
    to differ until nothing does: cycles need no care."""
    number = dict.fromkeys(forms, 0)
    while True:
        records = {name: refer(form, number) for name, form in forms.items()}
        keys = {}
        for name in sorted(forms):
            keys.setdefault(records[name], len(keys))
        split = {name: keys[records[name]] for name in forms}
        if len(set(split.values())) == len(set(number.values())):
            return {name: (split[name], refer(form, split)) for name, form in forms.items()}
        number = split


def refer(form, number):
    """A form with shape names replaced by class numbers; leaves stay."""
    kind = form[0]
    at = lambda shape: shape if shape in LEAVES else number[shape]
    if kind == "structure":
        return (kind, tuple((name, wire, at(shape), *rest) for name, wire, shape, *rest in form[1]))
    if kind in ("list", "map"):
        return (kind, at(form[1]), *form[2:])
    return form


def form(facts, defined):
    """One shape: ("structure", members), ("list", of, element, flattened),
    ("map", of, names, flattened) or (leaf,). Shapes are names after "=" or "~"."""
    if facts["type"] == "structure" and not facts.get("document"):
        return ("structure", tuple(members(facts, defined)))
    if facts["type"] == "list":
        element = facts["member"].get("locationName")
        return ("list", target(facts["member"], defined), unless(element, "member"), bool(facts.get("flattened")))
    if facts["type"] == "map":
        names = tuple(facts[part].get("locationName", part) for part in ("key", "value"))
        return ("map", target(facts["value"], defined), unless(names, ("key", "value")), bool(facts.get("flattened")))
    return (leaf(facts),)


def leaf(facts):
    if facts.get("document"):
        return "document"
    kind = TYPES.get(facts["type"], facts["type"])
    return facts.get("timestampFormat", kind) if kind == "timestamp" else kind


def members(facts, defined):
    """(name, wire, shape, place, attribute) of each member, in the order of the
    definition; members that carry events are none of the wire's values."""
    for name, ref in facts["members"].items():
        place = "payload" if facts.get("payload") == name else ref.get("location")
        if defined[ref["shape"]].get("eventstream") or place not in PLACES:
            continue
        wire = unless(ref.get("locationName"), name)
        yield (name, wire, target(ref, defined), PLACES[place], bool(ref.get("xmlAttribute")))


def target(ref, defined):
    """The leaf or the name that a reference stands for. Flattening may be said
    of the reference: then it is the flattened twin that is meant."""
    facts = defined[ref["shape"]]
    if facts["type"] not in ("structure", "list", "map") or facts.get("document"):
        return leaf(facts)
    return ("~" if ref.get("flattened") else "=") + ref["shape"]


def unless(value, usual):
    return None if value == usual else value


def answer(defined, output):
    """What kind of answer it is: "events", "streaming" or "plain"."""
    facts = defined[output] if output else {}
    members = facts.get("members", {})
    if any(defined[ref["shape"]].get("eventstream") for ref in members.values()):
        return "events"
    payload = members.get(facts.get("payload"), {})
    streams = payload.get("streaming") or defined.get(payload.get("shape"), {}).get("streaming")
    return "streaming" if streams else "plain"


def root(defined, output):
    """The root element in restXml: of the payload where there is one that is a
    structure, else of the output where the body has members."""
    facts = defined[output] if output else {}
    members = facts.get("members", {})
    if payload := members.get(facts.get("payload")):
        shape = defined[payload["shape"]]
        name = payload.get("locationName", shape.get("locationName", payload["shape"]))
        return name if shape["type"] == "structure" else None
    in_body = any("location" not in ref for ref in members.values())
    return facts.get("locationName", output) if in_body else None
