"""The table of texts: each once, the frequent ones first, where their offsets are short."""

import collections

# What the reader takes; it bounds what hostile bytes can make it hold.
LONGEST = 200

class Pool:
    """Where each text begins. An empty pool only counts what is asked for."""

    def __init__(self, begins):
        self.begins = begins
        self.asked = collections.Counter()

    def at(self, text):
        self.asked[text] += 1
        return self.begins.get(text, 0)

    def table(self):
        return b"".join(map(entry, self.begins))


def settled(write):
    """What `write` makes of a pool that holds just what it asks for."""
    counting = Pool({})
    write(counting)
    begins, at = {}, 0
    for text, _ in sorted(counting.asked.items(), key=lambda item: (-item[1], item[0])):
        begins[text] = at
        at += len(entry(text))
    return write(Pool(begins))


def entry(text):
    content = text.encode("ascii")
    assert len(content) <= LONGEST, text
    return number(len(content)) + content


def number(value):
    """LEB128."""
    parts = []
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*parts, value])
