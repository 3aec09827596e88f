import assert from "node:assert/strict";
import { test } from "node:test";
import type { ParamValue } from "../events.ts";
import {
	isSecret,
	isSecretMember,
	isSecretVariable,
	wasSecret,
} from "./named-secrets.ts";

const words = (text: string) => text.trim().split(/\s+/);

const SECRET = words(`
password PASSWORD dbPassword db-password db.password PGPASSWORD MYSQL_PWD MYSQL_PASSWORD password2 DB_PASSWD userpasswd
pass db_pass SMTP_PASS smtpPass sshpass PGPASS passphrase GPG_PASSPHRASE passcode
secret CLIENT_SECRET clientSecret secrets AWS_SECRET_ACCESS_KEY credentials aws_creds
api_key apiKey API-KEY APIKEY OPENAI_API_KEY apiKeys accessKey private_key authkey signing_key
token HF_TOKEN githubToken GITHUB_TOKEN_2 access_token accessToken AUTHTOKEN API_TOKENS npm_config__authToken refresh_token
KAGGLE_KEY kaggleKey WANDB_KEY STORAGE_ACCOUNT_KEY STORAGE_KEY SHARED_ACCESS_KEY MASTER_KEY SSH_KEY DEPLOY_KEY
DOCKER_AUTH NPM_AUTH _auth DOCKER_AUTH_CONFIG AUTHORIZATION proxyAuthorization
SENTRY_DSN DB_DSN dsn CONNECTION_STRING connectionString AZURE_CONNECTION_STRING connStr
TF_TOKEN_app_terraform_io TF_VAR_db TF_VAR_region
cookie jwt otp psk webhook SLACK_WEBHOOK_URL BLOB_SAS mnemonic seed_phrase bearer pat`);

const HONEST = words(`
max_tokens tokens tokenizer token_length n_tokens special_token_id vocab
author authors authority auth_loss use_auth_data compass bypass pass_rate n_passes passes forward_pass first_pass low_pass num_pass
key keys key_size sort_key monkey keyboard keypoints public_key primary_key foreign_key cache_key
secretary secretive path PATH HOME LANG lr seed batch_size optimizer loss
patience pattern path_loss dsn_loss cookies_eaten connection connections string dropout pin
SSH_AUTH_SOCK XAUTHORITY GIT_ASKPASS TF_ENABLE_ONEDNN_OPTS compassion surpass`);

test("names say that a text is a secret, however they are written", () => {
	assert.deepEqual(
		SECRET.filter((name) => !isSecret(name, "swordfish")),
		[],
	);
});

test("names of what people train and measure hide no text", () => {
	assert.deepEqual(
		HONEST.filter((name) => isSecret(name, "swordfish")),
		[],
	);
});

const VALUES: readonly [string, ParamValue, boolean][] = [
	["auth", "basic", false],
	["auth", "ann:swordfish", true],
	["pass", "forward", false],
	["pass", 3, false],
	["token", 5, false],
	["otp", 5, false],
	["kaggle_key", 5, false],
	["password", 1234, true],
	["PGPASSWORD", 1234, true],
	["use_password", true, false],
	["password", "", false],
	["key", "a9f8e7d6c5b4a3f2e1d0", true],
	["key", "conv2d_block_3", false],
	["sort_key", "a9f8e7d6c5b4a3f2e1d0", false],
	["key", "/home/ann/a1b2c3d4e5f6", false],
];

for (const [name, value, expected] of VALUES)
	test(`${name}=${value} is ${expected ? "a secret" : "none"}, as a parameter`, () => {
		assert.equal(isSecret(name, value), expected);
	});

test("in an environment, what tools call a key is one where it has digits", () => {
	for (const [name, value, expected] of [
		["SOME_KEY", "swordfish1", true],
		["NVIDIA_NGC_KEY", "abcdefgh12", true],
		["PUBLIC_KEY", "swordfish1", false],
		["SSH_KEY_PATH", "/home/ann/.ssh/id1", false],
		["SOME_KEY", "swordfish", false],
		["KEY", "/home/ann/key1", false],
	] as const)
		assert.equal(isSecretVariable(name, value), expected, `${name}=${value}`);
});

test("members of data hide words of a language behind no `token`", () => {
	for (const [name, value, expected] of [
		["password", "the", true],
		["token", "the", false],
		["token", "a1b2c3d4e5", true],
		["cookie", "chocolate", false],
		["password_length", 8, false],
		["password", 1234, true],
		["auth", "none", false],
	] as const)
		assert.equal(isSecretMember(name, value), expected, `${name}: ${value}`);
});

test("what was secret when records began is secret by the same names for ever", () => {
	for (const [name, value, expected] of [
		["password", "x", true],
		["API-KEY", 5, true],
		["githubToken", "x", true],
		["pass", "x", false],
		["PGPASSWORD", "x", false],
		["KAGGLE_KEY", "x", false],
	] as const)
		assert.equal(wasSecret(name, value), expected, name);
});
