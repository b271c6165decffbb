#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# cri.py SOCKET pod NAME [NAMESPACE UID] | container POD NAME CMD... | exec CONTAINER CMD... | remove POD
#	| ctr POD NAME priv|nopriv HOST:INSIDE,...|- CMD... | rmpod POD
# As much of a Kubernetes node agent as the tests need, without its schema:
# messages are put together by field number (CRI v1).
import json
import os
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


NODE = number(1, 2) + number(2, 1)      # network of the node, a pid namespace of its own
UID = "11111111-2222-3333-4444-555555555555"


def pod_config(name, namespace="default", uid=UID):
    labels = b"".join(text(6, text(1, k) + text(2, v)) for k, v in (
        ("io.kubernetes.pod.name", name), ("io.kubernetes.pod.namespace", namespace),
        ("io.kubernetes.pod.uid", uid)))
    linux = text(1, "/kubepods/besteffort/pod" + uid) + text(2, text(1, NODE) + number(6, 1))
    return (text(1, text(1, name) + text(2, uid) + text(3, namespace)) + text(3, "/tmp") +
            labels + text(8, linux))


def container_config(name, image, command, privileged, mounts):
    linux = text(2, number(2, privileged) + text(3, NODE))
    return (text(1, text(1, name)) + text(2, text(1, image)) +
            b"".join(text(3, c) for c in command) +
            b"".join(text(7, text(1, inside) + text(2, host)) for host, inside in mounts) +
            text(11, name + ".log") + text(15, linux))


def first_string(answer):
    return answer[2:2 + answer[1]].decode()


def main(socket, verb, *args):
    channel = grpc.insecure_channel("unix://" + socket)

    def call(method, request):
        return channel.unary_unary("/runtime.v1.RuntimeService/" + method, lambda b: b,
                                   lambda b: b)(request, timeout=30)

    pods = socket + ".pods"

    def known():
        return json.load(open(pods)) if os.path.exists(pods) else {}

    def make(pod, config):
        made = first_string(call("CreateContainer", text(1, pod) + text(2, config) +
                                 text(3, pod_config(*known()[pod]))))
        call("StartContainer", text(1, made))
        print(made)

    if verb == "pod":
        made = first_string(call("RunPodSandbox", text(1, pod_config(*args))))
        json.dump(dict(known(), **{made: args}), open(pods, "w"))
        print(made)
    elif verb == "container":
        make(args[0], container_config(args[1], "localhost/small:1.0", args[2:], 0, []))
    elif verb == "ctr":
        mounts = [m.split(":") for m in args[3].split(",") if ":" in m]
        make(args[0], container_config(args[1], "localhost/lab/toolbox:2.0", args[4:],
                                       int(args[2] == "priv"), mounts))
    elif verb == "exec":
        call("ExecSync", text(1, args[0]) + b"".join(text(2, c) for c in args[1:]) + number(3, 8))
    elif verb in ("remove", "rmpod"):
        call("StopPodSandbox", text(1, args[0]))
        call("RemovePodSandbox", text(1, args[0]))


if __name__ == "__main__":
    main(*sys.argv[1:])
