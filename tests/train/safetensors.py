# SPDX-License-Identifier: MIT
"""A reader and a writer of safetensors that share nothing with nnpipe's, from the description of
the format: 8 bytes of length, JSON, tensors one after another without holes.

  safetensors.py check FILE...       every file is right to the letter
  safetensors.py again FILE NEW      the same tensors as another program would write them:
                                     in another order, with another header
  safetensors.py list FILE           name, type, shape and sum of each tensor
"""
import json
import math
import struct
import sys

SIZE = {"F64": 8, "I64": 8, "F32": 4, "I32": 4, "U8": 1, "I8": 1}
CODE = {"F64": "d", "I64": "q", "F32": "f", "I32": "i", "U8": "B", "I8": "b"}


def no_twice(pairs):
    assert len(pairs) == len(dict(pairs)), "a name twice"
    return dict(pairs)


def read(path):
    with open(path, "rb") as file:
        data = file.read()
    (length,) = struct.unpack_from("<Q", data)
    text, body = data[8 : 8 + length], data[8 + length :]
    assert len(text) == length and text[:1] == b"{", "the header"
    header = json.loads(text.decode("utf-8"), object_pairs_hook=no_twice)
    meta = header.pop("__metadata__", {})
    assert all(isinstance(v, str) for v in meta.values()), "metadata are strings"
    at, tensors = 0, {}
    for name, entry in sorted(header.items(), key=lambda e: e[1]["data_offsets"]):
        first, last = entry["data_offsets"]
        count = math.prod(entry["shape"])
        assert set(entry) == {"dtype", "shape", "data_offsets"}, "the keys of " + name
        assert first == at, "a hole before " + name
        assert last - first == count * SIZE[entry["dtype"]], "the size of " + name
        tensors[name] = (entry["dtype"], entry["shape"], body[first:last])
        at = last
    assert at == len(body), "bytes behind the last tensor"
    return meta, tensors


def write(path, tensors):
    header, body = {}, b""
    for name, (dtype, shape, data) in tensors:
        header[name] = {
            "data_offsets": [len(body), len(body) + len(data)],
            "shape": shape,
            "dtype": dtype,
        }
        body += data
    text = json.dumps(header, indent=1).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + body)


def total(dtype, data):
    return sum(struct.unpack("<%d%s" % (len(data) // SIZE[dtype], CODE[dtype]), data))


command, files = sys.argv[1], sys.argv[2:]
if command == "check":
    for path in files:
        read(path)
elif command == "again":
    write(files[1], sorted(read(files[0])[1].items(), reverse=True))
else:
    for name, (dtype, shape, data) in sorted(read(files[0])[1].items()):
        print(name, dtype, shape, "%.9g" % total(dtype, data))
