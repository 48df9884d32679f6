"""Run the application against a sandbox: `python -m examples.fastapi_app`."""

from examples.demo import run

if __name__ == "__main__":
    # Which proxies are believed is for the kit to say: AUTHING_TRUSTED_PROXIES.
    run("uvicorn", "examples.fastapi_app.app:app", "--no-proxy-headers")
