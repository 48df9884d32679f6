"""Tests of `authing_pytest`, the plugin for pytest."""
