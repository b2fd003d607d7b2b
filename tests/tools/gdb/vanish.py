"""A remote end of gdb's protocol that hears nothing more once it has said that
it goes: gdb's acknowledgement meets a closed socket every time, as it does now
and then with QEMU.

    vanish.py SOCKET
"""

import re
import socket
import sys

ANSWERS = {
    "?": "T05thread:p01.01;", "g": "00000000" * 16, "qAttached": "0",
    "qC": "QCp01.01", "qSupported": "PacketSize=1000;multiprocess+",
    "qfThreadInfo": "mp01.01", "qsThreadInfo": "l", "vKill": "OK",
}


def packets(connection):
    text = ""
    while data := connection.recv(4096):
        text += data.decode("latin-1")
        while match := re.search(r"\$([^#]*)#..", text):
            text = text[match.end():]
            yield match[1]


def answer(packet):
    if packet.startswith("H"):
        return "OK"
    if packet.startswith("m"):
        return "00" * int(packet.partition(",")[2], 16)
    return ANSWERS.get(re.split("[;:]", packet)[0], "")


def main():
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(sys.argv[1])
        listener.listen(1)
        with listener.accept()[0] as connection:
            for packet in packets(connection):
                text = answer(packet)
                checksum = sum(text.encode()) & 0xff
                going = packet.startswith("vKill")
                if going:
                    connection.shutdown(socket.SHUT_RD)
                connection.sendall(f"+${text}#{checksum:02x}".encode())
                if going:
                    print("gone")
                    return


main()
