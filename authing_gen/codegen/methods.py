"""Methods of the client: keyword-only, documented, one call each."""

import ast
from copy import deepcopy
from dataclasses import dataclass

from . import annotations
from .docstrings import method_docstring
from .table import OperationRecord

_EMPTY = {"None": "{} is None", "UnsetType": "isinstance({}, UnsetType)"}
"""Types of arguments that hold no value, and how to tell them."""


@dataclass(frozen=True)
class Result:
    """What a method returns."""

    model: str
    """Class of the operation's data."""
    field: str | None
    """The field of it that is returned; None for all of it."""
    annotation: ast.expr
    """Type of what is returned."""

    @classmethod
    def of(cls, data: ast.ClassDef) -> "Result":
        """Return the only field of an operation's data, or all of several."""
        fields = [item for item in data.body if isinstance(item, ast.AnnAssign)]
        if len(fields) == 1 and isinstance(fields[0].target, ast.Name):
            annotation = annotations.plain(deepcopy(fields[0].annotation))
            return cls(data.name, fields[0].target.id, annotation)
        return cls(data.name, None, _expression(f"results.{data.name}"))


def write_method(
    method: ast.AsyncFunctionDef,
    record: OperationRecord,
    constant: str,
    result: Result,
) -> ast.AsyncFunctionDef:
    """Turn ariadne-codegen's method into ours.

    Args:
        method: What ariadne-codegen wrote; its parameters and variables stay.
        record: The operation.
        constant: Name of the operation in the table.
        result: What the method returns.
    """
    variables = method.body[1]
    assert isinstance(variables, ast.AnnAssign)
    assert isinstance(variables.target, ast.Name)
    parameters = _parameters(variables)
    defaulted = {
        parameters[node.variable.name.value]
        for node in record.flat.source.variable_definitions
        if node.default_value is not None
    }
    pool = parameters.get(record.user_pool or "")
    arguments = _arguments(method, pool, defaulted)
    described = {name: variable for variable, name in parameters.items()}
    ordered = {item.arg: described[item.arg] for item in arguments.kwonlyargs}
    _serialise_optional(variables, arguments)
    return ast.AsyncFunctionDef(
        name=method.name,
        args=arguments,
        body=[
            method_docstring(record, ordered),
            variables,
            *_call(constant, variables.target.id, result),
        ],
        decorator_list=_deprecated(record),
        returns=result.annotation,
        lineno=method.lineno,
    )


def _deprecated(record: OperationRecord) -> list[ast.expr]:
    """What tells callers, in their editors and when they call."""
    reasons = [
        each.deprecation_reason
        for each in record.root_fields
        if each.deprecation_reason is not None
    ]
    if not reasons:
        return []
    # The frame in between is that of `sensitive_methods`.
    return [_expression(f"deprecated({' '.join(reasons)!r}, stacklevel=2)")]


def _parameters(variables: ast.AnnAssign) -> dict[str, str]:
    """Python names by the names of the variables."""
    assert isinstance(variables.value, ast.Dict)
    pairs = zip(variables.value.keys, variables.value.values, strict=True)
    names: dict[str, str] = {}
    for key, value in pairs:
        assert isinstance(key, ast.Constant)
        # A custom scalar is passed through the function that serialises it.
        argument = value.args[0] if isinstance(value, ast.Call) else value
        assert isinstance(argument, ast.Name)
        names[str(key.value)] = argument.id
    return names


def _arguments(
    method: ast.AsyncFunctionDef, pool: str | None, defaulted: set[str]
) -> ast.arguments:
    """Write the parameters: `defaulted` are those whose variables have a default."""
    receiver, *parameters = method.args.args
    required = len(parameters) - len(method.args.defaults)
    optional = {argument.arg for argument in parameters[required:]} | {pool} | defaulted
    for argument in parameters:
        assert argument.annotation is not None
        annotation = _annotation(argument, is_pool=argument.arg == pool)
        if argument.arg in defaulted:
            unset = ast.Name("UnsetType", ast.Load())
            bare = annotations.without(annotation, "UnsetType")
            annotation = annotations.union(bare, unset)
        argument.annotation = annotation
    keywords = sorted(
        parameters, key=lambda item: (item.arg in optional, item.arg == pool)
    )
    names = {argument.arg for argument in keywords}
    options = "TokenlessOptions" if "token" in names else "RequestOptions"
    return ast.arguments(
        posonlyargs=[],
        args=[receiver],
        kwonlyargs=keywords,
        kw_defaults=[
            ast.Name("UNSET", ast.Load()) if argument.arg in optional else None
            for argument in keywords
        ],
        defaults=[],
        kwarg=ast.arg("options", _expression(f"Unpack[{options}]")),
    )


def _serialise_optional(variables: ast.AnnAssign, arguments: ast.arguments) -> None:
    """Serialise custom scalars only where there is a value, and each one of a list."""
    assert isinstance(variables.value, ast.Dict)
    types = {argument.arg: argument.annotation for argument in arguments.kwonlyargs}
    for index, value in enumerate(variables.value.values):
        if isinstance(value, ast.Call) and isinstance(value.args[0], ast.Name):
            name = value.args[0].id
            annotation = types[name]
            assert annotation is not None
            code = _serialised(name, annotation, ast.unparse(value.func))
            variables.value.values[index] = _expression(code)


def _serialised(name: str, annotation: ast.expr, function: str) -> str:
    members = annotations.members(annotation)
    (core,) = (part for part in members if ast.unparse(part) not in _EMPTY)
    code = f"{function}({name})"
    if isinstance(core, ast.Subscript):
        item = f"{name}_item"
        code = f"[{_serialised(item, core.slice, function)} for {item} in {name}]"
    empty = [_EMPTY[text] for part in members if (text := ast.unparse(part)) in _EMPTY]
    if not empty:
        return code
    condition = " or ".join(test.format(name) for test in empty)
    return f"{name} if {condition} else {code}"


def _annotation(argument: ast.arg, is_pool: bool) -> ast.expr:
    assert argument.annotation is not None
    annotation = annotations.covariant(annotations.modern(argument.annotation))
    if not is_pool:
        return annotation
    members = annotations.without(annotation, "None", "UnsetType")
    return annotations.union(members, ast.Name("UnsetType", ast.Load()))


def _call(constant: str, variables: str, result: Result) -> list[ast.stmt]:
    returned = "result" if result.field is None else f"result.{result.field}"
    return ast.parse(
        f"result = await self.execute(operations.{constant}, {variables},"
        f" results.{result.model}, **options)\n"
        f"return {returned}"
    ).body


def _expression(code: str) -> ast.expr:
    return ast.parse(code, mode="eval").body
