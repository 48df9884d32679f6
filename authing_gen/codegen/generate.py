"""Generates a package, as ariadne-codegen does, but reads every file once."""

from typing import cast

from ariadne_codegen.plugins.explorer import get_plugins_types
from ariadne_codegen.plugins.manager import PluginManager

from .memory import Memory
from .plugin import AuthingPlugin
from .problems import Problem
from .project import Config, Project


def generate(config: Config, memory: Memory | None = None) -> list[Problem]:
    """Write the package that a configuration describes; the result is what to tell.

    `ariadne-codegen` writes the same, but parses schema and operations three times.

    Args:
        config: The configuration.
        memory: What earlier generations of the same configuration have found out.

    Raises:
        CodegenError: The schema or an operation is wrong.
        CodeGenException: The configuration is wrong.
    """
    project = Project.load(config, memory=memory)
    types = get_plugins_types(project.settings.plugins)
    if types == [AuthingPlugin]:
        plugin = AuthingPlugin(project.schema, config, project)
        plugin.write_package()
        return plugin.notes
    return _with_others(project, config, types)


def _with_others(project: Project, config: Config, types: list[type]) -> list[Problem]:
    """Let ariadne-codegen call all plugins, each of which may change what is there."""
    from ariadne_codegen.client_generators.package import get_package_generator

    manager = PluginManager(project.schema)
    manager.plugins = [
        AuthingPlugin(project.schema, config, project)
        if type_ is AuthingPlugin
        else type_(project.schema, config)
        for type_ in types
    ]
    generator = get_package_generator(
        schema=manager.process_schema(project.schema),
        fragments=[],
        settings=project.settings,
        plugin_manager=manager,
    )
    generator.generate()
    plugins = cast("list[object]", manager.plugins)
    ours = (plugin for plugin in plugins if isinstance(plugin, AuthingPlugin))
    return [note for plugin in ours for note in plugin.notes]
