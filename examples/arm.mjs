/**
 * One request to an installation without any library: `node examples/arm.mjs METHOD PATH [BODY]`, in a shell that has done
 * `eval "$(./tombolo env)"`. PATH carries its api-version. Prints the answer; exits with 1 where it is an error.
 */

const { AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET, AZURE_AUTHORITY_HOST, ARM_ENDPOINT } =
  process.env;
const [method, path, body] = process.argv.slice(2);

const signedIn = await fetch(`${AZURE_AUTHORITY_HOST}/${AZURE_TENANT_ID}/oauth2/v2.0/token`, {
  method: 'POST',
  body: new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: AZURE_CLIENT_ID,
    client_secret: AZURE_CLIENT_SECRET,
    scope: 'https://management.azure.com/.default',
  }),
});
const { access_token: token, error_description: refused } = await signedIn.json();
if (token === undefined) throw new Error(refused);

const answer = await fetch(`${ARM_ENDPOINT}${path}`, {
  method,
  headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
  body,
});
console.log(await answer.text());
process.exitCode = answer.ok ? 0 : 1;
