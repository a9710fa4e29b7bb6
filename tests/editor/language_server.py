"""yaml-language-server as an editor drives it: JSON-RPC over its standard input and output.

It runs on the Node that Playwright brings; ``.ci/node-packages`` has installed it.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any

import playwright

HOME = Path(__file__).parents[2] / ".venv" / "editor"
NODE = Path(playwright.__file__).parent / "driver" / "node"
SERVER = HOME / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server"
ABLE = {
    "workspace": {"configuration": True, "workspaceFolders": True},
    "textDocument": {
        "completion": {"completionItem": {"snippetSupport": True, "documentationFormat": ["markdown"]}},
        "hover": {"contentFormat": ["markdown"]},
        "publishDiagnostics": {},
    },
}


class LanguageServer:
    """One server for one project folder, with the ``yaml.schemas`` of the editor's settings."""

    def __init__(self, root: Path, schemas: Mapping[str, Any]) -> None:
        self.root = root
        own = {
            "schemas": schemas,
            "validate": True,
            "hover": True,
            "completion": True,
            "schemaStore": {"enable": False},
        }
        self._settings = {"yaml": own, "http": {}, "[yaml]": {}, "editor": {}, "files": {}}
        self._numbers, self._said = count(1), dict[str, list[Any]]()
        self._process = subprocess.Popen([NODE, SERVER, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        folder = {"uri": root.as_uri(), "name": root.name}
        self._ask("initialize", {"rootUri": root.as_uri(), "workspaceFolders": [folder], "capabilities": ABLE})
        self._tell("initialized", {})
        self._tell("workspace/didChangeConfiguration", {"settings": self._settings})

    def close(self) -> None:
        """End the server."""
        self._process.kill()
        self._process.communicate()

    def opened(self, path: str, text: str) -> list[str]:
        """What is underlined in a file with this text: ``line: message``, lines from 1."""
        uri = (self.root / path).as_uri()
        self._said.pop(uri, None)
        self._tell(
            "textDocument/didOpen",
            {"textDocument": {"uri": uri, "languageId": "yaml", "version": 1, "text": text}},
        )
        while uri not in self._said:
            self._hear()
        return [f"{one['range']['start']['line'] + 1}: {one['message']}" for one in self._said[uri]]

    def offered(self, path: str, line: int, column: int) -> dict[str, str]:
        """What is offered at a place (line and column from 0): label -> explanation."""
        found = self._at("completion", path, line, column)
        items = found["items"] if isinstance(found, dict) else found
        return {item["label"]: _text(item.get("documentation")) for item in items}

    def hovered(self, path: str, line: int, column: int) -> str:
        """What is explained at a place."""
        found = self._at("hover", path, line, column)
        return _text(found["contents"]) if found else ""

    def _at(self, kind: str, path: str, line: int, column: int) -> Any:
        place = {"line": line, "character": column}
        return self._ask(
            f"textDocument/{kind}", {"textDocument": {"uri": (self.root / path).as_uri()}, "position": place}
        )

    def _ask(self, method: str, given: Mapping[str, Any]) -> Any:
        number = next(self._numbers)
        self._send({"id": number, "method": method, "params": given})
        while True:
            heard = self._hear()
            if heard.get("id") == number and "method" not in heard:
                assert "error" not in heard, heard
                return heard["result"]

    def _tell(self, method: str, given: Mapping[str, Any]) -> None:
        self._send({"method": method, "params": given})

    def _send(self, message: Mapping[str, Any]) -> None:
        assert self._process.stdin is not None
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self._process.stdin.flush()

    def _hear(self) -> dict[str, Any]:
        """One message; questions of the server are answered, what it underlines is kept."""
        assert self._process.stdout is not None
        length = 0
        while line := self._process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        assert length, "the language server ended"
        heard: dict[str, Any] = json.loads(self._process.stdout.read(length))
        if "method" in heard and "id" in heard:
            wanted = heard["params"]["items"] if heard["method"] == "workspace/configuration" else []
            self._send({"id": heard["id"], "result": [self._settings.get(item.get("section")) for item in wanted]})
        elif heard.get("method") == "textDocument/publishDiagnostics":
            self._said[heard["params"]["uri"]] = heard["params"]["diagnostics"]
        return heard


def _text(told: Any) -> str:
    return str(told["value"] if isinstance(told, dict) else told or "")
