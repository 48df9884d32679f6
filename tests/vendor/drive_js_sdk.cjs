// Runs the vendor's JavaScript SDK 1.x, method by method; as drive_python_sdk.py does.
//
// Usage: node drive_js_sdk.cjs USERS_URL OAUTH_URL PUBLIC_KEY POOL_ID SECRET
//
// NODE_PATH says where the SDK is installed. Nothing of it is changed but its URLs and its
// public key.
const readline = require("node:readline");

const [user, oauth, publicKey, clientId, secret] = process.argv.slice(2);
require("authing-js-sdk/src/configs").openSSLSecret = publicKey;
const Authing = require("authing-js-sdk/index.js");

let sdk;

async function construct() {
  sdk = await new Authing({ clientId, secret, host: { user, oauth } });
}

async function answer([method, args]) {
  const result = await (sdk ? sdk[method](...args) : construct());
  return result === undefined ? null : result;
}

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const outcome = await answer(JSON.parse(line)).then(
      (result) => ({ result }),
      (error) => ({ raised: typeof error === "string" ? error : JSON.stringify(error) + error }),
    );
    process.stdout.write(JSON.stringify(outcome) + "\n");
  }
})();
