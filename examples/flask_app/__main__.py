"""Run the application against a sandbox: `python -m examples.flask_app`."""

from examples.demo import run

if __name__ == "__main__":
    run("gunicorn", "examples.flask_app.app:app", "--threads", "4", "--preload")
