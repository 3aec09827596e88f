import assert from "node:assert/strict";
import { test } from "node:test";
import { dockerIgnored, hasSecretName, isPublic } from "./secret-names.ts";

const SECRET = `
.env .env.local .env.production .env-prod .envrc prod.env a/b/.env A/.ENV .Env.Local .env~ .env.bak ..env.swp #.env#
.npmrc sub/.npmrc .netrc _netrc .pypirc .git-credentials .htpasswd .pgpass .my.cnf .vault-token .dockercfg
server.pem SERVER.PEM tls.key host.p12 host.pfx a.jks a.keystore a.ppk vault.kdbx a.p8 age.agekey
id_rsa id_dsa id_ecdsa id_ed25519 keys/id_rsa id_rsa_github id_rsa.old ID_RSA id_ed25519_sk
credentials credentials.json credentials.csv credentials.ini credentials.yml aws-credentials.json credentials.json.bak
kaggle.json application_default_credentials.json service-account.json my_service_account_key.json serviceAccountKey.json
client_secret.json client_secret_123.apps.googleusercontent.com.json x-firebase-adminsdk-1.json
token.json token.pickle .token access_token.txt .secrets secrets.yml secrets.yaml secrets.json secrets.toml prod-secrets.env
.streamlit/secrets.toml passwords.txt api_keys.json apikey.txt auth.json
.aws/credentials .aws/config .config/gcloud/legacy/x/adc.json .docker/config.json .kube/config .ssh/config .ssh/deploy
home/.gnupg/private-keys-v1.d/A.gpg .huggingface/token huggingface/token wandb/settings .azure/accessTokens.json
terraform.tfstate prod.tfvars .bash_history .node_repl_history`;

const HONEST = `
environment.ts environment.yml environments/a.ts keyboard.ts monkey.key.png monkey.ts keys.ts key.ts pem.ts
.env.example .env.sample .env.template .env.dist .env.defaults .env.local.example example.env credentials.example.json
id_rsa.pub id_ed25519_work.pub .ssh/id_rsa.pub credentials.ts credentials.py secrets.ts secret-names.ts secretary.json
tokenizer.json tokens.json special_tokens_map.json added_tokens.json vocab.json vocab.txt token.ts tokenizer_config.json
passwords.ts password-strength.csv .docker/Dockerfile .kube/deploy.yml azure/pipelines.yml dem.asc data.gpg
settings token huggingface/model.json wandb/run.json history.json train_history.csv config.json
package.json .gitignore .nvmrc .yarnrc.yml compass.json author.json keynote.md index.html cert.crt`;

const words = (text: string) => text.trim().split(/\s+/);

test("files are secret by name, wherever they lie and however they are written", () => {
	assert.deepEqual(
		words(SECRET).filter((path) => !hasSecretName(path)),
		[],
	);
});

test("files of honest names are no secrets", () => {
	assert.deepEqual(words(HONEST).filter(hasSecretName), []);
});

test("certificates, public keys and slides are public, private keys are not", () => {
	for (const [text, expected] of [
		["-----BEGIN CERTIFICATE-----\nabc", true],
		["-----BEGIN RSA PUBLIC KEY-----\nabc", true],
		["PK\u0003\u0004slides", true],
		["-----BEGIN CERTIFICATE-----\na\n-----BEGIN PRIVATE KEY-----", false],
		["-----BEGIN EC PRIVATE KEY-----", false],
		["deadbeef", false],
		["", false],
	] as const)
		assert.equal(isPublic(text), expected, text);
});

/** As Docker reads a line: what fits it, and whatever lies in such a folder. */
const fits = (line: string) =>
	new RegExp(
		`^${line
			.replace(/^!/, "")
			.replace(/\*\*\/|\*|\?|[.+^$()|{}]/g, (one) =>
				one === "**/"
					? "(?:.*/)?"
					: one === "*"
						? "[^/]*"
						: one === "?"
							? "[^/]"
							: `\\${one}`,
			)}(?:/|$)`,
	);

const ignored = dockerIgnored();

/** The last line that fits decides. */
const isInImage = (path: string) => {
	const last = ignored.findLast((line) => fits(line).test(path));
	return last === undefined || last.startsWith("!");
};

test("what is secret by name is in no image, and what is not is there", () => {
	const unusual = /^(\.\.env\.swp|#\.env#)$/;
	assert.deepEqual(
		words(SECRET).filter((path) => !unusual.test(path) && isInImage(path)),
		[],
	);
	assert.deepEqual(
		words(HONEST).filter((path) => !isInImage(path)),
		[],
	);
});
