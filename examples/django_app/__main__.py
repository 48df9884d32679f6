"""Run the application against a sandbox: `python -m examples.django_app`."""

from examples.demo import run

if __name__ == "__main__":
    run(
        "gunicorn", "examples.django_app.app:application", "--threads", "4", "--preload"
    )
