#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# cri.py SOCKET pod NAME | container POD NAME CMD... | exec CONTAINER CMD... | remove POD
# As much of a Kubernetes node agent as the tests need, without its schema:
# messages are put together by field number (CRI v1).
import sys

import grpc


def varint(n):
    out = bytearray()
    while n > 127:
        out.append(n & 127 | 128)
        n >>= 7
    out.append(n)
    return bytes(out)


def text(field, value):
    data = value if isinstance(value, bytes) else value.encode()
    return varint(field << 3 | 2) + varint(len(data)) + data


def number(field, value):
    return varint(field << 3) + varint(value)


NODE = number(1, 2)                     # network of the node
UID = "11111111-2222-3333-4444-555555555555"


def pod_config(name):
    labels = b"".join(text(6, text(1, k) + text(2, v)) for k, v in (
        ("io.kubernetes.pod.name", name), ("io.kubernetes.pod.namespace", "default"),
        ("io.kubernetes.pod.uid", UID)))
    linux = text(1, "/kubepods/besteffort/pod" + UID) + text(2, text(1, NODE))
    return (text(1, text(1, name) + text(2, UID) + text(3, "default")) + text(3, "/tmp") +
            labels + text(8, linux))


def first_string(answer):
    return answer[2:2 + answer[1]].decode()


def main():
    channel = grpc.insecure_channel("unix://" + sys.argv[1])
    verb, args = sys.argv[2], sys.argv[3:]

    def call(method, request):
        return channel.unary_unary("/runtime.v1.RuntimeService/" + method, lambda b: b,
                                   lambda b: b)(request, timeout=30)

    if verb == "pod":
        print(first_string(call("RunPodSandbox", text(1, pod_config(args[0])))))
    elif verb == "container":
        linux = text(2, text(3, NODE))
        config = (text(1, text(1, args[1])) + text(2, text(1, "localhost/small:1.0")) +
                  b"".join(text(3, c) for c in args[2:]) + text(11, args[1] + ".log") +
                  text(15, linux))
        made = first_string(call("CreateContainer", text(1, args[0]) + text(2, config) +
                                 text(3, pod_config("pod"))))
        call("StartContainer", text(1, made))
        print(made)
    elif verb == "exec":
        call("ExecSync", text(1, args[0]) + b"".join(text(2, c) for c in args[1:]) + number(3, 8))
    elif verb == "remove":
        call("StopPodSandbox", text(1, args[0]))
        call("RemovePodSandbox", text(1, args[0]))


main()
