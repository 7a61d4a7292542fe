"""The repository tests itself: floors, circles, sizes, names. What import-linter cannot see is
here: relations, dotted names in settings, imports inside functions, walls."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.utils.module_loading import import_string

from config.queues import TICKS

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ("trust", "messaging", "campaigns", "enrolment", "research", "config")
APPS = FLOORS[:-1]

#: Pure modules: no Django, no model, `now` is an argument.
PURE = {
    "trust": {"roles", "sealing", "redaction", "copying", "telling", "csv_text"},
    "messaging": {
        "segments",
        "stopwords",
        "autoreplies",
        "crisis",
        "language_packs",
        "phrases",
        "folding",
        "outgoing",
        "addresses",
        "routing",
        "providers.base",
        "providers.webhook",
        "providers.deadline",
        "providers.wire",
        "providers.wire_request",
    },
    "campaigns": {
        "schedule",
        "countries",
        "age_gate",
        "national_days",
        "wording",
        "conditions",
        "condition_grammar",
        "condition_checks",
        "condition_logic",
        "condition_words",
        "rules",
        "manners",
        "haste",
        "measures",
        "scales",
        "pack_scales",
        "pack_campaign",
        "pack_trials",
        "pack_trial_checks",
        "trial_values",
        "trial_rules",
        "draw_rules",
        "pack_reading_checks",
        "pack_consent_checks",
        "consent_scopes",
        "own_questions",
        "content",
        "pack",
        "pack_values",
        "pack_marks",
        "pack_fields",
        "pack_checks",
        "pack_texts",
        "pack_languages",
        "pack_words",
        "pack_anchors",
        "pack_conditions",
        "pack_dose",
        "pack_files",
        "workbook",
        "workbook_file",
        "workbook_rows",
        "workbook_sheets",
        "workbook_tree",
        "workbook_writing",
        "workbook_cells",
        "workbook_columns",
        "workbook_counting",
        "workbook_guide",
        "workbook_places",
        "workbook_safety",
        "workbook_style",
        "translation",
        "translation_po",
        "translation_sheet",
        "content_files",
        "findings",
        "change_groups",
        "pack_overlays",
        "pack_question_checks",
        "pack_questions",
        "pack_vocabulary",
        "plain_signs",
        "reading_copy",
        "condition_telling",
        "journey_calendar",
        "journey_weeks",
        "journey_words",
        "sample_values",
        "coverage",
        "technique_chart",
        "techniques",
        "lint",
        "lint_dose",
        "lint_reading",
        "lint_findings",
        "lint_journey",
        "lint_privacy",
        "lint_texts",
        "lint_words",
        "faults",
        "country_numbers",
        "country_plan",
        "country_pack",
        "change",
        "diff",
        "diff_words",
    },
    "enrolment": {
        "state",
        "load",
        "coming",
        "choosing",
        "drawing",
        "trial_deciding",
        "trial_packing",
        "played_trials",
        "deciding",
        "journey",
        "broadcast_deciding",
        "broadcast_words",
        "broadcast_file",
        "conversation",
        "doubting",
        "moods",
        "case_clock",
        "page_targets",
        "retrying",
        "house_words",
        "flooding",
        "courtesies",
        "still_there",
        "need",
        "falling_silent",
        "addressing",
        "own_texts",
        "own_hours",
        "own_word_actions",
        "speaking",
        "consenting",
        "talk",
        "reading",
        "spoken_dates",
        "spoken_hours",
        "spoken_languages",
        "spoken_words",
        "spoken_digits",
        "spoken_readings",
        "answer_words",
        "banding",
        "trends",
        "observations",
        "fhir",
        "api_problems",
        "api_fields",
        "api_submitted",
        "invited",
        "missed_call",
        "people_table",
        "people_rows",
        "people_template",
        "sampling",
        "reminding",
        "answers",
        "consequences",
        "word_actions",
        "why",
        "silences",
        "two_clocks",
        "handles",
        "person_words",
        "stand_in",
        "turning",
        "carrying_out",
        "virtual_clock",
        "persona",
        "anybody",
        "rehearsal",
        "transcribing",
        "transcript",
        "transcript_text",
        "rehearsal_calendar",
        "rates",
        "simulation",
        "simulation_tally",
        "simulation_report",
        "dose_curve",
        "impact_figures",
        "impact_words",
        "publish_steps",
        "forecast_sizes",
        "forecast_figures",
        "forecast_chart",
        "fields",
        "web_languages",
        "knocking",
    },
    "research": {
        "share",
        "hiding",
        "survival",
        "counts",
        "indicators.definition",
        "indicators.estimates",
        "indicators.time_in",
        "indicators.reach",
        "indicators.funnel",
        "indicators.eligible",
        "indicators.dose",
        "indicators.replies",
        "indicators.opt_outs",
        "indicators.hazard",
        "indicators.retention",
        "indicators.completion",
        "indicators.keywords",
        "indicators.cost",
        "indicators.quit_attempts",
        "indicators.abstinence",
        "indicators.prolonged",
        "indicators.recontact",
        "indicators.satisfaction",
        "slice_sql",
        "day_sql",
        "people_sql",
        "outcome_sql",
        "words_sql",
        "bundle.columns",
        "bundle.marks",
        "bundle.people_tables",
        "bundle.wire_tables",
        "bundle.told_tables",
        "bundle.course_tables",
        "bundle.summary_tables",
        "bundle.trial_tables",
        "bundle.stands",
        "bundle.dictionary",
        "bundle.statement",
        "bundle.package",
        "bundle.codebook_page",
        "bundle.snippets",
        "bundle.packing",
        "bundle.crowding",
        "bundle.small_cells",
        "bundle.scrubbing",
        "feeds",
        "feed_sql",
        "feed_tables",
        "fhir_resources",
        "estimators.estimate",
        "estimators.student",
        "estimators.two_shares",
        "estimators.strata",
        "estimators.means",
        "estimators.hazard",
        "estimators.balance",
        "estimators.proximal",
        "flow",
        "flow_drawing",
        "trial_effects",
        "trial_file",
        "trial_sql",
        "proximal_effects",
    },
}
#: Rows no door shows: wrapped keys, the clock's offset, reports on their way, how far the counting
#: of figures and the reading of ledgers have come.
UNREACHED = {
    "DataKey", "AuditKey", "CalendarOffset", "Report", "Counting", "Heartbeat", "AuditRun",
    "SettledMark", "House",
}  # fmt: skip
#: A wall is moved here, with the reason, or by an ADR.
LONGEST_FILE = 300
LONGEST_FUNCTION = 50


def sources(*folders: str) -> list[Path]:
    found = [
        path
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "migrations" not in path.parts
    ]
    assert found, f"no source under {folders}"
    return found


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Import):
            yield from (alias.name for alias in part.names)
        elif isinstance(part, ast.ImportFrom):
            assert part.level == 0, "imports are written in full"
            if (ROOT / (part.module or "").replace(".", "/")).is_dir():
                yield from (f"{part.module}.{alias.name}" for alias in part.names)
            else:
                yield part.module or ""


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.mark.parametrize("path", sources(*FLOORS), ids=module_of)
def test_imports_only_run_down(path: Path) -> None:
    floor = FLOORS.index(path.relative_to(ROOT).parts[0])

    upward = [name for name in imports(tree(path)) if name.split(".")[0] in FLOORS[floor + 1 :]]

    assert upward == []


@pytest.mark.parametrize("path", sources(*APPS), ids=module_of)
def test_nobody_imports_config(path: Path) -> None:
    assert [name for name in imports(tree(path)) if name.split(".")[0] == "config"] == []


@pytest.mark.parametrize("path", sources(*FLOORS), ids=module_of)
def test_no_import_inside_a_function_or_for_types_only(path: Path) -> None:
    inside = [
        f"{function.name}: {name}"
        for function in functions(path)
        if not (path.name == "apps.py" and function.name == "ready")
        for name in imports(function)
    ]

    assert inside == []
    assert "TYPE_CHECKING" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", sources(*FLOORS), ids=module_of)
def test_files_and_functions_stay_within_the_walls(path: Path) -> None:
    long = [
        f"{function.name} {function.end_lineno - function.lineno + 1}"
        for function in functions(path)
        if function.end_lineno and function.end_lineno - function.lineno + 1 > LONGEST_FUNCTION
    ]

    assert long == []
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE


@pytest.mark.parametrize("path", sources(*FLOORS), ids=module_of)
def test_no_signals_and_no_celery_timing(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert not re.search(r"\b(post_save|pre_save|post_delete|m2m_changed)\b\s*\.connect", text)
    assert "django.dispatch" not in text
    assert not re.search(r"\b(eta|countdown)\s*=|\.retry\(|apply_async\([^)]*expires", text)


def test_no_junk_rooms() -> None:
    named = [path for path in sources(*FLOORS) if path.stem in ("utils", "helpers", "services")]

    assert named == []


@pytest.mark.parametrize(
    "name", [f"{app}.{module}" for app, modules in PURE.items() for module in sorted(modules)]
)
def test_pure_modules_know_neither_django_nor_models(name: str) -> None:
    pure = {f"{app}.{module}" for app, modules in PURE.items() for module in modules}
    path = ROOT / f"{name.replace('.', '/')}.py"

    for imported in imports(tree(path)):
        assert not imported.startswith("django")
        assert imported.split(".")[0] not in FLOORS or imported in pure


def test_one_model_class_a_file() -> None:
    for app in APPS:
        folder = ROOT / app / "models"
        for path in sorted(folder.glob("*.py")) if folder.exists() else []:
            classes = [
                node.name
                for node in tree(path).body
                if isinstance(node, ast.ClassDef)
                and hasattr(import_module(module_of(path)), node.name)
                and hasattr(getattr(import_module(module_of(path)), node.name), "_meta")
            ]
            assert len(classes) <= 1, path


def test_relations_run_with_the_arrows() -> None:
    for app in APPS:
        for model in apps.get_app_config(app).get_models():
            for field in model._meta.get_fields():
                related = getattr(field, "related_model", None)
                if field.auto_created or related is None:
                    continue
                target = related._meta.app_label
                if target in APPS:
                    assert APPS.index(target) <= APPS.index(app), f"{model} -> {related}"


def test_every_model_says_how_it_is_reached() -> None:
    for app in APPS:
        for model in apps.get_app_config(app).get_models():
            if model.__name__ in UNREACHED:
                continue
            assert hasattr(model, "scope_organisation"), model
            assert hasattr(model, "scope_campaign"), model


def test_dotted_names_in_settings_resolve() -> None:
    for task in TICKS:
        assert callable(import_string(task))
    for provider in settings.SMS_PROVIDERS.values():
        assert callable(import_string(provider["BACKEND"]))


def test_tests_mirror_the_tree() -> None:
    """A test of an app's module lies in the folder of that app."""
    strays = {path.name for path in (ROOT / "tests").glob("test_*.py")}

    assert strays == {"test_house.py", "test_interface_language.py"}
