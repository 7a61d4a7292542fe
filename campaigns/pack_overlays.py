"""Overlays: other words for some people, laid over a pack's steps as variants. Pure.

An overlay is no copy of the pack: what it does not name stays as it is, and mending the pack mends
it for everybody. Once read it is gone: the pack has the variants, as if they stood in stages.yaml.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from campaigns.manners import base_of
from campaigns.pack_fields import Reader, suggestion
from campaigns.pack_marks import Marks, Node, Problems
from campaigns.pack_values import Pack, PackStep, PackVariant
from trust.telling import tell


@dataclass(frozen=True, slots=True)
class Overlay:
    """`texts` is language -> step key -> wording; `early.03~discreet` is that step in a manner."""

    name: str
    when: str
    texts: Mapping[str, Mapping[str, Node]]

    @property
    def steps(self) -> dict[str, Node]:
        """Each step it has words for, and where they stand first."""
        found: dict[str, Node] = {}
        for texts in self.texts.values():
            for key, node in texts.items():
                found.setdefault(base_of(key), node)
        return found

    def wording(self, key: str) -> str:
        """`early.03~discreet` becomes `early.03@teen~discreet`."""
        step = base_of(key)
        return f"{step}@{self.name}{key.removeprefix(step)}"


def read_overlay(top: Node, name: str, problems: Problems) -> Overlay:
    """`top`: what stands in `overlay.<name>.yaml`."""
    fields = Reader(top, problems, "name", "when", "texts")
    if fields.text("name") != name:
        problems.add(fields.at("name"), tell("name must be %(name)s, as the file's", name=name))
    texts: dict[str, Mapping[str, Node]] = {}
    for language, node in fields.mapping("texts").items():
        if isinstance(node.value, dict):
            texts[language] = node.value
        else:
            problems.add(
                node, tell("%(language)s must hold step keys and their wording", language=language)
            )
    return Overlay(name, fields.text("when"), texts)


def laid_over(pack: Pack, overlays: Iterable[Overlay], marks: Marks, problems: Problems) -> Pack:
    """The pack with each overlay's words as variants, before those the steps have. Of two overlays
    that both hold, the one named first in campaign.yaml is said."""
    for overlay in reversed(list(overlays)):
        pack = _laid_over(pack, overlay, marks, problems)
    return pack


def _laid_over(pack: Pack, overlay: Overlay, marks: Marks, problems: Problems) -> Pack:
    known = {step.key for stage in pack.stages for step in stage.steps}
    for key, node in overlay.steps.items():
        if key not in known:
            problems.add(
                node,
                tell(
                    "no step is called %(key)s%(suggestion)s",
                    key=f"{key!r}",
                    suggestion=suggestion(key, known),
                ),
            )
    texts = {language: dict(said) for language, said in pack.texts.items()}
    for language, said in overlay.texts.items():
        for key, node in said.items():
            if language not in texts:
                problems.add(
                    node, tell("%(language)s is not among the pack's languages", language=language)
                )
            elif isinstance(node.value, str) and node.value.strip():
                wording = overlay.wording(key)
                marks.put(f"text.{language}", wording, node)
                texts[language][wording] = node.value.strip()
            else:
                problems.add(
                    node, tell("%(key)s must be a text, found %(kind)s", key=key, kind=node.kind)
                )
    stages = tuple(
        replace(stage, steps=tuple(_step(step, overlay) for step in stage.steps))
        for stage in pack.stages
    )
    return replace(pack, stages=stages, texts=texts)


def _step(step: PackStep, overlay: Overlay) -> PackStep:
    if step.key not in overlay.steps:
        return step
    return replace(step, variants=(PackVariant(overlay.name, overlay.when), *step.variants))
