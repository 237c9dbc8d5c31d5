"""Files of other programs, and safetensors that are not ours, each under the name of a checkpoint."""

import io
import json
import os
import pickle  # noqa: TID251  (to show that one is refused)
import struct
import tarfile
import warnings
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import torch
from forge import parts, raw, signed, written

from inr_cli.engine import sealed

CODE = "open('harm', 'w').close(); __import__('os').system('touch harm')"


class Reduced:
    """Runs code when it is unpickled."""

    def __init__(self, function: Callable[..., Any], *arguments: Any) -> None:
        self.reduced = function, arguments

    def __reduce__(self) -> Any:
        return self.reduced


def pickles(good: bytes) -> Iterator[bytes]:
    payloads = [Reduced(exec, CODE), Reduced(eval, CODE), Reduced(os.system, "touch harm"), {"state_dict": [1]}]
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        for payload in payloads:
            data = pickle.dumps(payload, protocol)
            yield data
            yield raw(data)
            yield data + good
    meta, tensors = parts(good)
    code = pickle.dumps(payloads[0], 0)
    yield signed(meta | {"extra": code.decode("latin1")}, tensors)
    yield written(code.decode("latin1"), tensors)
    yield signed(meta, tensors | {"model/code": torch.frombuffer(bytearray(code), dtype=torch.uint8)})
    yield raw(json.dumps({"__metadata__": {"meta": code.decode("latin1"), "sha256": "0" * 64}}))


def archives(good: bytes) -> Iterator[bytes]:
    """What other programs keep weights in, under our name."""
    harm = {"model": Reduced(exec, CODE)}
    for content in (harm, {"model/last.weight": torch.zeros(3)}, [good]):
        for is_zip in (True, False):
            file = io.BytesIO()
            torch.save(content, file, _use_new_zipfile_serialization=is_zip)
            yield file.getvalue()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # TorchScript is deprecated, its files are not gone
        file = io.BytesIO()
        torch.jit.save(torch.jit.trace(torch.nn.Linear(2, 2), torch.zeros(1, 2)), file)
        yield file.getvalue()
    for names in (["pickle", "tensors", "storages"], ["data.pkl", "version"]):
        yield _tar({name: pickle.dumps(harm["model"]) for name in names})
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps(harm["model"]))
        archive.writestr("../../harm", good)
    yield file.getvalue()
    yield file.getvalue() + good
    yield good + file.getvalue()


def _tar(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return file.getvalue()


def foreign(good: bytes) -> Iterator[bytes]:
    """Files of another kind, cut short, or blown up."""
    yield from (
        b"",
        b"x",
        b"\0" * 8,
        b"\0" * 1000,
        b"\xff" * 1000,
        b"{}",
        b"!!python/object/apply:os.system ['touch harm']",
    )
    yield from (b"\x89PNG\r\n\x1a\n" + good, b"\x93NUMPY\x01\x00" + good, b"\x1f\x8b\x08" + good, b"\x7fELF" + good)
    yield from (good[:8], good[:7], good[:100], good[:-1], good[8:], good + b"\0", good + good, good[::-1])


def lengths(good: bytes) -> Iterator[bytes]:
    (length,) = struct.unpack("<Q", good[:8])
    for other in (0, 1, length - 8, length + 8, len(good), 2**20, 2**20 + 1, 2**31, 2**32, 2**62, 2**63, 2**64 - 1):
        yield struct.pack("<Q", other) + good[8:]
    yield raw(b"{" + b" " * 2**20 + b"}")
    for opening in (b"[", b'{"a":', b'[{"":', b'{"__metadata__":'):
        yield raw(opening * 10**5)
        yield raw(opening * 900)


def headers(good: bytes) -> Iterator[bytes]:
    """JSON that is none, says things twice, or lies about where tensors are."""
    length = 8 + struct.unpack("<Q", good[:8])[0]
    header, data = good[8:length].decode(), good[length:]
    table = json.loads(header)
    meta = json.dumps(table["__metadata__"])
    for text in ("3", "null", "[]", '"x"', "NaN", "{}", "{", "{'a': 1}", '{"a": 1,}', "// no\n{}", '{"a": Infinity}'):
        yield raw(text, data)
    for text in (
        "3",
        "null",
        "{}",
        '"x"',
        '{"meta": "{}"}',
        '{"meta": 3, "sha256": 4}',
        '{"meta": null, "sha256": null}',
    ):
        yield raw(header.replace(meta.replace(", ", ",").replace(": ", ":"), text, 1), data)
        yield raw(json.dumps(table | {"__metadata__": json.loads(text)}), data)
    yield raw(json.dumps(table | {"__metadata__": table["__metadata__"] | {"more": "x"}}), data)
    yield raw(header.encode("utf-16"), data)
    yield raw(b"\xef\xbb\xbf" + header.encode(), data)
    yield raw(b"\xff\xfe" + header.encode(), data)
    first, *_ = names = [name for name in table if name != "__metadata__"]
    inner = json.dumps(table[first])
    yield raw(f'{{"{first}": {inner}, {header[1:]}', data)
    yield raw(f'{{"__metadata__": {{}}, {header[1:]}', data)
    yield raw(f'{{"__metadata__": {meta}, "__metadata__": {{"meta": "{{}}", "sha256": ""}}, {header[1:]}', data)
    yield raw(json.dumps(table).replace('"dtype": "F32"', '"dtype": "F32", "dtype": "F32"', 1), data)
    for key, values in LIES.items():
        for value in values:
            yield raw(json.dumps(table | {first: table[first] | {key: value}}), data)
    yield raw(json.dumps(table | dict.fromkeys(names, table[first])), data)  # all in one place
    yield raw(
        json.dumps(table | {"model/hole": {"dtype": "F32", "shape": [1], "data_offsets": [len(data) + 4] * 2}}), data
    )
    for many in (sealed.MAX_TENSORS + 1, 10**6):
        empty = '{"dtype":"F32","shape":[0],"data_offsets":[0,0]}'
        yield raw("{" + ",".join(f'"model/{number}":{empty}' for number in range(many)) + "}")


LIES: dict[str, list[Any]] = {
    "dtype": ["F4", "F128", "f32", "O", "object", "", None, 3, ["F32"], {"_target_": "os.system"}, "F8_E4M3", "U64"],
    "shape": [
        *(
            [-1],
            [2**62],
            [0, 2**62],
            [2**62, 0],
            [0, 2**63],
            [2**64],
            [2**32, 2**32],
            [10**30],
            [1] * 10**5,
            [0] * 10**5,
        ),
        *([1.5], ["2"], [None], [True], [[2]], "2", None, 3, {}, {"0": 2}),
    ],
    "data_offsets": [
        *([0, 2**62], [-8, 0], [8, 0], [0, 2**64], [0, 10**30], [0, 7], [1, 9], [0], [0, 1, 2], []),
        *([0.0, 8.0], ["0", "8"], None, 3, {"0": 0}),
    ],
}
NAMES = [
    *("../../harm", "/etc/passwd", "model/../x", "model//etc/passwd", "C:\\harm", "\\\\host\\harm", "~/harm", "model/"),
    *(
        "",
        "x",
        "MODEL/x",
        " model/x",
        "model/x ",
        "model/x\n",
        "model/\0",
        "model/é",
        "model/" + "a" * 201,
        "a" * 10**5,
    ),
    *(
        "state/",
        "state/-1",
        "state/+1",
        "state/00001",
        "state/01",
        "state/1e3",
        "state/1.0",
        "state/\u0661",
        "state/99999",
    ),
    *("state/100000", "state/x", "state/0/1", "__metadata", "_target_", "${oc.env:HOME}", "model/__class__", "optim/0"),
]


def names(good: bytes) -> Iterator[bytes]:
    """One tensor more, whose name is a path, a number in another form, or nothing that is known."""
    meta, tensors = parts(good)
    for name in NAMES:
        yield signed(meta, tensors | {name: torch.zeros(1)})


KINDS = [pickles, archives, foreign, lengths, headers, names]
