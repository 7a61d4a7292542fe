"""YAML read with the line each value stands on, so that a problem can be pointed at. Pure.

Only plain mappings, lists and scalars: no tags, no aliases, so that a small file can neither run
code nor unfold into a huge one.
"""

from dataclasses import dataclass, field
from pathlib import Path

import yaml

#: A curriculum of a thousand texts is a tenth of this.
LARGEST_FILE = 2_000_000
#: Of a cell's value in a problem.
_SHOWN = 60
#: A pack nests six deep.
_DEEPEST = 50
#: Twelve times as quick as the loader in Python, which is there where libyaml is not.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong with a pack, in words that say what to do. In a workbook `file` is the sheet,
    `line` its row, and `column` the heading above the cell; `value` is what stands there."""

    file: str
    line: int
    reason: str
    column: str = ""
    value: str = ""

    def __str__(self) -> str:
        if not self.column:
            return f"{self.file}:{self.line}: {self.reason}"
        found = f" (found {self.value!r})" if self.value else ""
        return f"sheet {self.file}, row {self.line}, column {self.column}: {self.reason}{found}"


@dataclass(frozen=True, slots=True)
class Node:
    """A value and where it stands. `value` is a str, int, bool or None, or holds Nodes. `column` is
    of a workbook's cell."""

    file: str
    line: int
    value: "str | int | bool | list[Node] | dict[str, Node] | None"
    column: str = ""

    @property
    def kind(self) -> str:
        match self.value:
            case dict():
                return "a mapping"
            case list():
                return "a list"
            case None:
                return "nothing"
            case bool():
                return "true or false"
            case int():
                return "a number"
        return "a text"


@dataclass(slots=True)
class Problems:
    """All of them, gathered: a manager mends a pack in one sitting, not one error at a time."""

    found: list[Problem] = field(default_factory=list)

    def add(self, where: Node, reason: str) -> None:
        value = "" if where.value is None or isinstance(where.value, list | dict) else where.value
        shown = str(value)[:_SHOWN] if where.column else ""
        self.found.append(Problem(where.file, where.line, reason, where.column, shown))


@dataclass(slots=True)
class Marks:
    """Where each named thing of a pack stands: (kind, name) -> its place."""

    places: dict[tuple[str, str], Node] = field(default_factory=dict)

    def put(self, kind: str, name: str, node: Node) -> None:
        self.places.setdefault((kind, name), node)

    def has(self, kind: str, name: str) -> bool:
        return (kind, name) in self.places

    def at(self, kind: str, name: str, otherwise: Node | None = None) -> Node:
        """`otherwise`: for what stands nowhere, because it is missing."""
        return self.places.get((kind, name)) or otherwise or Node("campaign.yaml", 1, None)


class Names(Marks):
    """For content that lies in rows: a thing's name is its place."""

    def at(self, kind: str, name: str, otherwise: Node | None = None) -> Node:
        return Node(f"{kind} {name}".strip(), 0, None)


def read_file(path: Path, problems: Problems) -> Node | None:
    """The file's top value, or None when it can't be read; why is in `problems`."""
    top = Node(path.name, 1, None)
    text = _text_of(path, top, problems)
    if text is None:
        return None
    try:
        if (refused := _refused(text)) is not None:
            line, reason = refused
            problems.add(Node(path.name, line, None), reason)
            return None
        tree = yaml.compose(text, Loader=_LOADER)
        if tree is None:
            problems.add(top, "the file is empty")
            return None
        return _node(tree, path.name, problems)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        reason = getattr(error, "problem", None) or "it can't be read as YAML"
        problems.add(Node(path.name, line, None), f"not YAML: {reason}")
    return None


def node_of(text: str, where: Node, problems: Problems) -> Node | None:
    """YAML written in one cell: everything in it stands where the cell does."""
    try:
        if (refused := _refused(text)) is not None:
            problems.add(where, refused[1])
            return None
        tree = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        problems.add(where, f"not YAML: {getattr(error, 'problem', None) or 'it is unreadable'}")
        return None
    return None if tree is None else _placed(_node(tree, where.file, problems), where)


def _placed(node: Node, where: Node) -> Node:
    value = node.value
    if isinstance(value, dict):
        value = {name: _placed(each, where) for name, each in value.items()}
    elif isinstance(value, list):
        value = [_placed(each, where) for each in value]
    return Node(where.file, where.line, value, where.column)


def _refused(text: str) -> tuple[int, str] | None:
    """Line and reason: seen in the events, before an alias is unfolded or a stack is gone down."""
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            return line, "write the value out: YAML's * and & are not allowed"
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            return line, "values are nested too deeply"
    return None


def _text_of(path: Path, top: Node, problems: Problems) -> str | None:
    if not path.is_file():
        problems.add(top, "the file is missing")
        return None
    if path.stat().st_size > LARGEST_FILE:
        problems.add(top, f"the file is larger than {LARGEST_FILE // 1_000_000} MB")
        return None
    try:
        return path.read_text(encoding="utf-8")
    except (UnicodeDecodeError, OSError):
        problems.add(top, "the file is not UTF-8 text; save it as UTF-8")
        return None


def _node(tree: yaml.Node, file: str, problems: Problems) -> Node:
    line = tree.start_mark.line + 1
    if isinstance(tree, yaml.MappingNode):
        return Node(file, line, _mapping(tree, file, problems))
    if isinstance(tree, yaml.SequenceNode):
        return Node(file, line, [_node(item, file, problems) for item in tree.value])
    assert isinstance(tree, yaml.ScalarNode)
    return Node(file, line, _scalar(tree, Node(file, line, None), problems))


def _mapping(tree: yaml.MappingNode, file: str, problems: Problems) -> dict[str, Node]:
    found: dict[str, Node] = {}
    for key, value in tree.value:
        where = Node(file, key.start_mark.line + 1, None)
        if not isinstance(key, yaml.ScalarNode):
            problems.add(where, "a key must be a word")
            continue
        if key.tag == "tag:yaml.org,2002:bool":
            problems.add(where, f'YAML reads {key.value} as true or false: write "{key.value}"')
        if key.value in found:
            problems.add(where, f"{key.value} stands here twice; keep one")
        found[key.value] = _node(value, file, problems)
    return found


def _scalar(tree: yaml.ScalarNode, where: Node, problems: Problems) -> str | int | bool | None:
    match tree.tag.removeprefix("tag:yaml.org,2002:"):
        case "null":
            return None
        case "bool":
            return str(tree.value).lower() in ("true", "yes", "on")
        case "int" if tree.value.lstrip("+-").isdecimal() and len(tree.value) < 12:
            return int(tree.value)
        case "str" | "int" | "float" | "timestamp":
            return str(tree.value)
    problems.add(where, f"{tree.tag} is not allowed; write a plain value")
    return None
