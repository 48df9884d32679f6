"""Generates a package, as ariadne-codegen does, but reads every file once."""

from typing import cast

from ariadne_codegen.client_generators.package import get_package_generator
from ariadne_codegen.plugins.explorer import get_plugins_types
from ariadne_codegen.plugins.manager import PluginManager

from .plugin import AuthingPlugin
from .problems import Problem
from .project import Config, Project


def generate(config: Config) -> list[Problem]:
    """Write the package that a configuration describes; the result is what to tell.

    `ariadne-codegen` writes the same, but parses schema and operations three times.

    Raises:
        CodegenError: The schema or an operation is wrong.
        CodeGenException: The configuration is wrong.
    """
    project = Project.load(config)
    manager = _manager(project, config)
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


def _manager(project: Project, config: Config) -> PluginManager:
    manager = PluginManager(project.schema)
    manager.plugins = [
        AuthingPlugin(project.schema, config, project)
        if type_ is AuthingPlugin
        else type_(project.schema, config)
        for type_ in get_plugins_types(project.settings.plugins)
    ]
    return manager
