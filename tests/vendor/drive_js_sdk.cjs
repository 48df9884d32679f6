// Runs one of the vendor's JavaScript SDKs, method by method; as drive_python_sdk.py does.
//
// Usage: node drive_js_sdk.cjs NAME USERS_URL OAUTH_URL PUBLIC_KEY POOL_ID SECRET
//
// NODE_PATH says where the SDKs are installed, each by the NAME that conftest.py gives it.
// Nothing of them is changed but their URLs and their public key.
const readline = require("node:readline");

const [name, user, oauth, publicKey, pool, secret] = process.argv.slice(2);
const origin = new URL(user).origin;
const host = { user, oauth };

let sdk;

async function construct() {
  if (name === "v3") {
    const baseUrl = user.replace("/graphql", "");
    const preflightUrl = { users: `${origin}/sandbox/health`, oauth: `${origin}/sandbox/health` };
    const settings = { host, baseUrl, preflightUrl, passwordEncPublicKey: publicKey };
    sdk = new (require(name))({ userPoolId: pool, secret, ...settings });
    await sdk.fetchToken;
  } else {
    require(`${name}/src/configs`).openSSLSecret = publicKey;
    const Authing = require(`${name}/${name === "v2" ? "src/" : ""}index.js`);
    sdk = await new Authing({ clientId: pool, secret, host });
  }
}

async function answer([method, args]) {
  const found = method.split(".").reduce((owner, part) => owner?.[part], sdk);
  const result = await (sdk ? found.apply(sdk, args) : construct());
  return result === undefined ? null : result;
}

function reason(error) {
  if (typeof error === "string") return error;
  return (error.isAxiosError ? JSON.stringify(error.response?.data) : JSON.stringify(error)) + error;
}

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const outcome = await answer(JSON.parse(line)).then(
      (result) => ({ result }),
      (error) => ({ raised: reason(error) }),
    );
    process.stdout.write(JSON.stringify(outcome) + "\n");
  }
})();
