// An OpenID provider for tests: one confidential client, PKCE, the built-in pages to sign in and consent, keys made at start.
// Arguments: port, client, secret, file of accounts (login to claims, read at each sign-in), addresses that people are sent back to.
import { generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import * as oidc from "oidc-provider";

const [port, client_id, client_secret, accounts, ...redirect_uris] = process.argv.slice(2);
const key = { ...generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" }), use: "sig", alg: "RS256", kid: "test" };

const Provider = oidc.Provider ?? oidc.default;
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{ client_id, client_secret, redirect_uris }],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"], groups: ["groups", "region"] },
  // All claims stand in the ID token, as most providers are set up to do.
  conformIdTokenClaims: false,
  cookies: { keys: ["a key of the tests"] },
  features: { devInteractions: { enabled: true } },
  jwks: { keys: [key] },
  pkce: { required: () => true },
  async findAccount(_context, login) {
    const claims = JSON.parse(readFileSync(accounts, "utf8"))[login];
    return claims && { accountId: login, claims: () => ({ ...claims, sub: login }) };
  },
});

provider.listen(Number(port), "127.0.0.1");
