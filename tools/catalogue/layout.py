"""The bytes of the catalogue; the reader is chaos-core/src/catalogue.

Numbers are little-endian of fixed width (u16, u32, in tables that are searched)
or LEB128 (`number`). A text is an offset into the table of texts, where its
length and its bytes are. docs/catalogue.md draws the whole.
"""

import hashlib

import inputs
import texts
from model import canonical
from shapes import LEAVES

ERRORS, OUTPUTS, INPUTS = b"MCE1", b"MCO1", b"MCI1"
# Where references to shapes that have a record begin; below are the leaves.
FIRST_RECORD = 16
KINDS = {"structure": 0, "list": 1, "map": 2}


def tables(services):
    """errors.bin, outputs.bin and inputs.bin. All carry one tag, so that a reader
    can tell that they belong together."""
    errors = texts.settled(lambda pool: errors_body(services, pool))
    outputs = texts.settled(lambda pool: outputs_body(services, pool))
    tag = hashlib.sha256(errors + outputs).digest()[:8]
    inputs = texts.settled(lambda pool: inputs_body(services, pool))
    return ERRORS + tag + errors, OUTPUTS + tag + outputs, INPUTS + tag + inputs


def errors_body(services, pool):
    aliases = all_aliases(services)
    start = 12 + 12 + 4 * len(services) + 8 * len(aliases)
    places, records = [], b""
    for service in services:
        places.append(u32(start + len(records)))
        records += service_record(service, pool)
    entries = b"".join(u32(pool.at(name)) + u16(number) + u16(strong) for name, number, strong in aliases)
    head = u32(len(services)) + u32(len(aliases)) + u32(start + len(records))
    return head + b"".join(places) + entries + records + pool.table()


def all_aliases(services):
    """(lower-case name, service number, strong) in order. Strong are the
    service's own names; endpoint prefixes and signing names are shared, and so
    is a serviceId whose canonical form is another service's id."""
    found = {}
    for number, service in enumerate(services):
        names = (service.id, service.name, service.service_id, service.endpoint_prefix, service.signing_name)
        own = names[:3] if canonical(service.service_id) == service.id else names[:2]
        for name in names:
            key = (name.lower(), number)
            found[key] = max(found.get(key, 0), int(name in own))
    return [(name, number, strong) for (name, number), strong in sorted(found.items())]


def service_record(service, pool):
    operations, errors = by_name(service.operations), by_name(service.errors)
    numbers = {error.name: number for number, error in enumerate(errors)}
    cut, places = shape_records(service.shapes, {error.shape for error in errors}, pool)
    operation_records = [operation_record(operation, numbers, pool) for operation in operations]
    error_records = [error_record(error, places, pool) for error in errors]
    names = (service.id, service.name, service.service_id, service.endpoint_prefix, service.signing_name)
    codes = code_index(errors)
    return b"".join([
        *(number(pool.at(name)) for name in names),
        optional(service.namespace, pool),
        bytes([service.rest, len(service.protocols), *service.protocols]),
        *(number(len(part)) for part in (operations, errors, codes)),
        *(number(sum(map(len, part))) for part in (operation_records, error_records)),
        number(len(cut)),
        index(operation_records), index(error_records), b"".join(map(u16, codes)),
        *operation_records, *error_records, cut,
    ])


def by_name(things):
    """Sorted by name in lower case, which is how they are looked up."""
    found = sorted(things, key=lambda thing: thing.name.lower())
    assert len({thing.name.lower() for thing in found}) == len(found), "names differ in case only"
    return found


def code_index(errors):
    """Wire codes that are not the error's name, in order: the error's number,
    doubled, and one more where it is the query code."""
    found = []
    for place, error in enumerate(errors):
        for query, code in enumerate((error.code, error.query_code)):
            if code and code.lower() != error.name.lower():
                found.append((code.lower(), place * 2 + query))
    return [entry for _, entry in sorted(found)]


def operation_record(operation, numbers, pool):
    flags = operation.head | operation.events << 1 | operation.streaming << 2
    refers = sorted(numbers[name] for name in operation.errors)
    return number(pool.at(operation.name)) + bytes([flags]) + number(len(refers)) + b"".join(map(number, refers))


def error_record(error, places, pool):
    code = None if error.code == error.name else error.code
    flags = bool(code) | (error.status != 400) << 1 | error.sender << 2 | error.retry << 3
    flags |= bool(error.query_code) << 5
    record = number(pool.at(error.name)) + bytes([flags])
    record += number(pool.at(code)) if code else b""
    record += number(error.status) if error.status != 400 else b""
    record += number(pool.at(error.query_code)) if error.query_code else b""
    return record + number(places[error.shape])


def outputs_body(services, pool):
    start = 12 + 8 + 4 * len(services)
    places, records = [], b""
    for service in services:
        places.append(u32(start + len(records)))
        records += outputs_record(service, pool)
    return u32(len(services)) + u32(start + len(records)) + b"".join(places) + records + pool.table()


def outputs_record(service, pool):
    operations = by_name(service.operations)
    roots = sorted({operation.output for operation in operations if operation.output is not None})
    cut, places = shape_records(service.shapes, roots, pool)
    records = b"".join(output_record(operation, places, pool) for operation in operations)
    return number(len(operations)) + number(len(records)) + number(len(cut)) + records + cut


def output_record(operation, places, pool):
    """The shape (0: there is none), the status and the root element."""
    shape = 0 if operation.output is None else places[operation.output]
    return number(shape) + number(operation.status) + optional(operation.root, pool)


def inputs_body(services, pool):
    start = 12 + 8 + 4 * len(services)
    places, records = [], b""
    for service in services:
        places.append(u32(start + len(records)))
        records += inputs_record(service, pool)
    return u32(len(services)) + u32(start + len(records)) + b"".join(places) + records + pool.table()


def inputs_record(service, pool):
    """Operations with like inputs share a record."""
    begins, shared, at = [], {}, 0
    for operation in by_name(service.operations):
        record = input_record(operation.input, pool)
        if record not in shared:
            shared[record] = at
            at += len(record)
        begins.append(u16(shared[record]))
    return number(len(begins)) + number(at) + b"".join(begins) + b"".join(shared)


def input_record(found, pool):
    """How many segments the path has, and the members with their places."""
    members = b"".join(input_member(*member, pool) for member in found.members)
    has_greedy = found.greedy is not None
    head = number(found.segments << 1 | has_greedy) + (number(found.greedy) if has_greedy else b"")
    return head + number(len(found.members)) + members


def input_member(name, place, where, pool):
    head = number(pool.at(name) << 1 | bool(place))
    if place == inputs.PAYLOAD or not place:
        return head + (bytes([place]) if place else b"")
    where = number(where) if isinstance(where, int) else optional(where, pool)
    return head + bytes([place]) + where


def shape_records(shapes, roots, pool):
    """The records of what is reached from the roots, and where each begins. How
    long a record is hangs on where others begin: repeated until it settles."""
    order = shapes.reached(sorted(roots))
    places = dict.fromkeys(order, FIRST_RECORD)
    while True:
        records = [shape_record(shapes.records[each], places, pool) for each in order]
        begins, at = {}, FIRST_RECORD
        for each, record in zip(order, records):
            begins[each] = at
            at += len(record)
        if begins == places:
            return b"".join(records), places
        places = begins


def shape_record(record, places, pool):
    refer = lambda shape: number(LEAVES.index(shape) if shape in LEAVES else places[shape])
    if record[0] == "structure":
        parts = [member_record(*member, refer, pool) for member in record[1]]
        return bytes([KINDS["structure"]]) + number(len(parts)) + b"".join(parts)
    kind, of, names, flattened = record
    names = [names] if isinstance(names, str) else names or []
    head = bytes([KINDS[kind] | flattened << 2 | bool(names) << 3])
    return head + refer(of) + b"".join(number(pool.at(name)) for name in names)


def member_record(name, wire, shape, place, attribute, refer, pool):
    # An empty name is one: all headers have the empty prefix.
    flags = place | attribute << 3 | (wire is not None) << 4
    record = number(pool.at(name) << 1 | bool(flags)) + refer(shape)
    return record + (bytes([flags]) if flags else b"") + (number(pool.at(wire)) if flags & 16 else b"")


def optional(text, pool):
    return number(pool.at(text) + 1 if text else 0)


def index(records):
    """Where each record begins among them."""
    begins, at = [], 0
    for record in records:
        begins.append(u16(at))
        at += len(record)
    return b"".join(begins)


def number(value):
    return texts.number(value)


def u16(value):
    return value.to_bytes(2, "little")


def u32(value):
    return value.to_bytes(4, "little")
