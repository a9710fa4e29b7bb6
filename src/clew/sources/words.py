"""The words of one server entry of a contract: its keys of the standard, and Clew's own as custom properties."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from zoneinfo import ZoneInfo

from clew.problems import Place, Problems, did_you_mean
from clew.yaml_file import Node


class Words:
    """One server's words, each read as what it must be; N001 unknown, N002 missing, N003 of the wrong kind."""

    def __init__(self, server: Node, problems: Problems) -> None:
        self.server = server
        self.problems = problems
        self.found: dict[str, Node] = {}
        self.spelt: dict[str, Place] = {}
        listed = server.get("customProperties")
        for entry in listed.entries() if listed else []:
            word, value, vendor = entry.get("property"), entry.get("value"), entry.get("vendor")
            if word is None or value is None or (vendor is not None and vendor.value != "clew"):
                continue
            if word.text in self.found:
                problems.error(word.place, "N001", f"the word '{word.text}' stands twice", "keep one of them")
            self.found.setdefault(word.text, value)
            self.spelt.setdefault(word.text, word.place)

    def refuse_others(self, known: Collection[str], kind: str) -> None:
        """Note every word that a server of this kind does not take."""
        for word, place in self.spelt.items():
            if word not in known:
                self.problems.error(
                    place, "N001", f"'{word}' is not a word of a server of the kind {kind}", did_you_mean(word, known)
                )

    def node(self, name: str) -> Node | None:
        """The value of a word, or of a key of the standard beside it."""
        return self.found.get(name) or self.server.get(name)

    def place(self, name: str) -> Place:
        """Where a value stands, or the server when it is not written."""
        node = self.node(name)
        return node.place if node is not None else self.server.place

    def text(self, name: str, default: str = "") -> str:
        """One line of text; a number or a code is taken as it is written."""
        node = self.node(name)
        if node is None:
            return default
        text = node.text.strip() if node.is_scalar and not isinstance(node.value, bool) else ""
        if not text:
            self.wrong(name, "must be one line of text")
        return text

    def needed(self, name: str, why: str) -> str:
        """A text that must be there."""
        if self.node(name) is None:
            self.missing(name, why)
            return ""
        return self.text(name)

    def missing(self, name: str, why: str) -> None:
        """Note a word that must be there."""
        self.problems.error(self.server.place, "N002", f"the server does not say its '{name}'", why)

    def wrong(self, name: str, must: str, help: str = "") -> None:
        """Note a value of the wrong kind; a value is shown nowhere, it may be a secret in the wrong place."""
        self.problems.error(self.place(name), "N003", f"'{name}' {must}", help)

    def choice(self, name: str, options: Collection[str], default: str) -> str:
        """A word of a closed list."""
        text = self.text(name, default)
        if text and text not in options:
            self.wrong(name, f"cannot be '{text}'", did_you_mean(text, options))
            return default
        return text or default

    def whole(self, name: str, default: int, least: int = 0) -> int:
        """A whole number, not below ``least``."""
        node = self.node(name)
        if node is None:
            return default
        if not isinstance(node.value, int) or isinstance(node.value, bool) or node.value < least:
            self.wrong(name, f"must be a whole number from {least}")
            return default
        return node.value

    def mapping(self, name: str) -> Mapping[str, str]:
        """Text by text, as ``{column: name there}``."""
        node = self.found.get(name)
        if node is None:
            return {}
        if not node.is_mapping or not all(child.is_scalar and child.text for _, child in node.items()):
            self.wrong(name, "must be {word: text}")
            return {}
        return {key: child.text for key, child in node.items()}

    def texts(self, name: str) -> tuple[str, ...]:
        """One text or a list of them."""
        node = self.found.get(name)
        if node is None:
            return ()
        entries = node.entries() if node.is_list else [node]
        if not all(entry.is_scalar and entry.text for entry in entries):
            self.wrong(name, "must be text or a list of texts")
            return ()
        return tuple(entry.text for entry in entries)

    def zone(self, name: str) -> str:
        """A time zone by its IANA name, as Asia/Shanghai."""
        text = self.text(name)
        if text:
            try:
                ZoneInfo(text)
            except (KeyError, ValueError, OSError):
                self.wrong(name, f"cannot be '{text}'", "write an IANA name such as Asia/Shanghai")
                return ""
        return text

    def day(self, owner: Node, name: str) -> date | None:
        """A date inside a block of keys."""
        node = owner.get(name)
        if node is None:
            return None
        if not isinstance(node.value, date):
            self.problems.error(node.place, "N003", f"'{name}' must be a date like 2026-03-31")
            return None
        return node.value
