"""The settings: each one works, or is refused with words; none is ignored.

ariadne-codegen drops keys that it does not know without a word.
"""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, cast

from graphql import Source

from .errors import CodegenError
from .problems import Place, Problem
from .scalars import is_name, problem_of

SECTION = "tool.ariadne-codegen"
OURS = "tool.authing-gen"

_TEXTS = {
    *{"base_client_file_path", "base_client_module_name", "base_client_name"},
    *{"client_file_name", "client_name", "enums_module_name"},
    *{"input_types_module_name", "queries_path", "schema_path"},
    *{"target_package_name", "target_package_path"},
}
_NAMES = {key for key in _TEXTS if key.endswith("_name")}
"""Those that are names in Python."""
_FLAGS = {
    *{"convert_to_snake_case", "default_optional_fields_to_none"},
    *{"include_all_enums", "include_all_inputs"},
}
_LISTS = {"files_to_include", "plugins", "schema_paths", "skip_validation_rules"}
_SCALARS = {"import", "parse", "serialize", "type"}

_REMOTE = (
    "the schema is read from files: take over that of a server once by"
    " `authing-gen init --url`, and later changes by `authing-gen diff --apply`"
)
_ONE_FORM = "the models have one form, which is made for a fast start"
_OTHER_STRATEGY = "it belongs to another strategy of ariadne-codegen"

_REFUSED = {
    **dict.fromkeys(("remote_schema_url", "remote_schema_headers"), _REMOTE),
    **dict.fromkeys(("remote_schema_timeout", "remote_schema_verify_ssl"), _REMOTE),
    "remote_schema_http_client_path": _REMOTE,
    **{
        f"introspection_{name}": _REMOTE
        for name in (
            *("descriptions", "directive_is_repeatable", "input_object_one_of"),
            *("input_value_deprecation", "schema_description", "specified_by_url"),
        )
    },
    "fragments_module_name": "there is no such module: the models stand together",
    **dict.fromkeys(("schema_variable_name", "target_file_path"), _OTHER_STRATEGY),
    "type_map_variable_name": _OTHER_STRATEGY,
}
"""Why keys cannot be given."""

_ONLY = {
    "async_client": (
        True,
        "the package holds both clients; the synchronous one is made from the other",
    ),
    "defer_model_build": (False, _ONE_FORM),
    "enable_custom_operations": (
        False,
        "operations are written in GraphQL; `execute_document` sends documents that"
        " are made while a program runs",
    ),
    "ignore_extra_fields": (True, "a newer server may answer with more"),
    "include_comments": ("stable", "each module says where it comes from"),
    "include_typename": (
        False,
        "`__typename` is asked for wherever an object may be of several types; where"
        " you want it besides, write it into the operation",
    ),
    "lazy_imports": (True, "the package always imports its modules when they are used"),
    "multipart_uploads": (False, "the client sends no files"),
    "opentelemetry_client": (
        False,
        "no such base client; calls are spans where a program traces",
    ),
    "show_deprecation_warnings": (
        False,
        "what is deprecated is marked in the package instead",
    ),
    "use_alias_generator": (False, _ONE_FORM),
}
"""Keys that can have one value only, and why."""

_KNOWN = {*_TEXTS, *_FLAGS, *_LISTS, "scalars", *_REFUSED, *_ONLY}


def check_keys(config: Mapping[str, Any], source: Source | None = None) -> None:
    """Refuse settings that would be ignored, misread or misspelt.

    Args:
        config: The configuration.
        source: Its text, where there is one, to say where they are.

    Raises:
        CodegenError: It names all of them.
    """
    tool = config.get("tool", {})
    found = [*_of_section(tool.get("ariadne-codegen", {})), *_of_ours(tool)]
    if found:
        raise CodegenError.of(
            Problem(message, _places(source, section, key))
            for section, key, message in found
        )


def for_ariadne(section: Mapping[str, Any]) -> dict[str, Any]:
    """The settings as ariadne-codegen has to take them."""
    # `lazy_imports` would bring in a plugin that does half of what ours does.
    kept = {key: value for key, value in section.items() if key != "lazy_imports"}
    return kept | {"multipart_uploads": False}


def _of_section(section: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for key, value in section.items():
        if problem := _problem(key, value):
            yield SECTION, key, problem
    if "queries_path" not in section:
        yield SECTION, "", "queries_path is missing: where the operations are"
    for name, scalar in _table(section.get("scalars")).items():
        where = f"{SECTION}.scalars.{name}"
        for key in _table(scalar):
            if key not in _SCALARS:
                yield where, key, _unknown(key, _SCALARS)
            elif not isinstance(_table(scalar)[key], str):
                yield where, key, f"{key} must be text"
            elif problem := _of_scalar(key, _table(scalar)):
                yield where, key, problem
        if "type" not in _table(scalar):
            yield where, "", f"the scalar {name} has no type"


def _of_scalar(key: str, scalar: Mapping[str, str]) -> str | None:
    module = scalar.get("import") if key != "import" else None
    return problem_of(key, f"{module}.{scalar[key]}" if module else scalar[key])


def _table(value: object) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else []


def _of_ours(tool: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for key, value in tool.get("authing-gen", {}).items():
        if key != "runtime":
            yield OURS, key, _unknown(key, {"runtime"})
        elif not isinstance(value, str):
            yield OURS, key, "runtime must be text: the name of a package"
        elif not value:
            yield OURS, key, "runtime is empty"


def _problem(key: str, value: object) -> str | None:
    if key not in _KNOWN:
        return _unknown(key, _KNOWN)
    if key in _REFUSED:
        return f"leave {key} out: {_REFUSED[key]}"
    if key in _ONLY:
        only, why = _ONLY[key]
        return None if value == only else f"leave {key} out: {why}"
    return _problem_of_kind(key, value) or _problem_of_parts(key, value)


def _problem_of_kind(key: str, value: object) -> str | None:
    for keys, type_, name in (
        (_TEXTS, str, "text"),
        (_FLAGS, bool, "true or false"),
        (_LISTS, list, "a list"),
        ({"scalars"}, dict, "a table of scalars"),
    ):
        if key in keys and not isinstance(value, type_):
            return f"{key} must be {name}"
    return None


def _problem_of_parts(key: str, value: object) -> str | None:
    if key in _TEXTS and not value:
        return f"{key} is empty"
    if key in _NAMES and not is_name(str(value)):
        return f"{key} cannot be {value!r}: it must be a name in Python"
    if key in _LISTS and any(not isinstance(each, str) for each in _list(value)):
        return f"{key} must be a list of texts"
    if key == "enums_module_name" and value != "enums":
        return "leave enums_module_name out: other modules need 'enums'"
    return None


def _unknown(key: str, known: set[str]) -> str:
    near = get_close_matches(key, known, n=1)
    suggestion = f"; did you mean {near[0]!r}?" if near else ""
    return f"there is no setting {key!r}{suggestion}"


def _places(source: Source | None, section: str, key: str) -> tuple[Place, ...]:
    """Where a key is set: below the head of its section, or in a dotted form."""
    if source is None:
        return ()
    head = re.search(rf"(?m)^[ \t]*\[{_spelt(section)}\][ \t]*(?:#.*)?$", source.body)
    start = head.end() if head else 0
    next_ = re.compile(r"(?m)^[ \t]*\[").search(source.body, start)
    end = next_.start() if next_ else len(source.body)
    line = re.compile(rf"(?m)^[ \t]*(\"?{re.escape(key)}\"?)[ \t]*[.=]")
    if key and (found := line.search(source.body, start, end)):
        return (Place.in_source(source, found.start(1), found.end(1)),)
    if head:
        begin = source.body.index("[", head.start())
        return (Place.in_source(source, begin, source.body.index("]", begin) + 1),)
    return ()


def _spelt(section: str) -> str:
    """A dotted name as it may be written in TOML, with quotes or without."""
    return r"[ \t]*\.[ \t]*".join(
        rf"[\"']?{re.escape(part)}[\"']?" for part in section.split(".")
    )
