"""The page of the three applications: the same for all, since they answer alike."""

from pathlib import Path

PAGE = Path(__file__).with_name("index.html")
