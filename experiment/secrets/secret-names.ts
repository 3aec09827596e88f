/*
 * Files that are secret by their name: what tools keep passwords, tokens and
 * private keys in. One table serves snapshots, exports and images.
 */

const DATA_ENDINGS =
	"json csv ini yml yaml toml xml txt cfg conf properties env".split(" ");

const asData = (...names: readonly string[]) =>
	names.flatMap((name) => DATA_ENDINGS.map((ending) => `${name}.${ending}`));

/** In small letters, since capitals do not count; `*` stands for anything within one name. */
const SECRET_PATHS: readonly string[] = [
	// Variables of a project.
	...[".env*", "*.env", ".renviron"],
	// What tools log in with.
	...[".npmrc", ".netrc", "_netrc", ".pypirc", ".git-credentials"],
	...[".htpasswd", ".pgpass", "pgpass.conf", ".my.cnf", ".mylogin.cnf"],
	...[".boto", ".s3cfg", ".dockercfg", ".dockerconfigjson", ".vault-token"],
	...[".terraformrc", "terraform.rc", "*.tfstate", "*.tfvars"],
	...[".databrickscfg", "rclone.conf", "kaggle.json", "auth.json"],
	...["kubeconfig", "*.kubeconfig", "*.ovpn", ".*_history"],
	...["*service?account*.json", "*serviceaccount*.json"],
	...["*client?secret*.json", "*clientsecret*.json"],
	"*firebase-adminsdk*.json",
	// Keys, and stores of keys.
	...["*.pem", "*.key", "*.p12", "*.p8", "*.pk8", "*.pfx", "*.jks"],
	...["*.keystore", "*.ppk", "*.kdb", "*.kdbx", "*.agekey"],
	...["id_rsa", "id_dsa", "id_ecdsa", "id_ed25519"].flatMap((name) => [
		name,
		...["_*", "-*", ".*"].map((more) => `${name}${more}`),
	]),
	// By their own word.
	...["credential", "credentials", ".credential", ".credentials"],
	...asData("*credential", "*credentials"),
	"*credentials.db",
	...[".secret", ".secrets", ...asData("*secret", "*secrets")],
	...[".password", ".passwords", ...asData("password", "passwords")],
	...asData("*apikey", "*apikeys", "*api?key", "*api?keys"),
	...[".token", "token.json", "token.txt", "token.pickle"],
	...["access", "api", "auth", "bearer", "refresh"].flatMap((kind) => [
		`*${kind}?token.json`,
		`*${kind}?token.txt`,
	]),
	// By the folder that tools keep them in.
	...[".aws/*", ".ssh/*", ".gnupg/*", ".kaggle/*", ".password-store/*"],
	...[".gcloud/*", ".config/gcloud/*", ".config/gh/*", ".config/rclone/*"],
	...[".docker/config.json", ".kube/config"],
	...[".azure/accesstokens.json", ".azure/msal_token_cache*"],
	...[".azure/service_principal*", ".azure/azureprofile.json"],
	...["huggingface/token", ".huggingface/token", "huggingface/stored_tokens"],
	"wandb/settings",
];

/** Files that show others what is to be filled in. */
const SHOWN = "example sample template tmpl tpl dist default defaults".split(
	" ",
);
const EXAMPLE = new RegExp(
	`[._-](${SHOWN.join("|")})(\\.[a-z]{1,10})?$|^(example|sample|template)[._-]`,
);

/** What editors and people put behind the name of a copy. */
const COPY = /(~|\.(bak|backup|old|orig|save|copy|swp|swo)|[ _-]copy)$/;

const LONGEST_NAME = 255;

const asRegExp = (path: string) =>
	path
		// Whatever lies in such a folder, at any depth.
		.replace(/\/\*$/, "/\0")
		.replace(/[.+^$()|{}[\]\\-]/g, "\\$&")
		.replaceAll("*", "[^/]*")
		.replaceAll("?", "[^/]")
		.replace("\0", "[^]+");

const oneOf = (paths: readonly string[]) => paths.map(asRegExp).join("|");

const isInFolder = (path: string) => path.includes("/");
const SECRET_NAME = new RegExp(
	`^(?:${oneOf(SECRET_PATHS.filter((path) => !isInFolder(path)))})$`,
);
const SECRET_PLACE = new RegExp(
	`(?:^|/)(?:${oneOf(SECRET_PATHS.filter(isInFolder))})$`,
);

/** The longest part of a pattern that stands in a path as it is. */
const partOf = (path: string) =>
	path
		.replace(new RegExp(`(?<=\\w)\\.(${DATA_ENDINGS.join("|")})$`), "")
		.split(/[*?]/)
		.reduce((longest, part) => (part.length > longest.length ? part : longest));

/** Nearly all paths have none of these, and a repository may have many paths. */
const PARTS = [...new Set(SECRET_PATHS.map(partOf))].filter(
	(part, _, all) => !all.some((one) => one !== part && part.includes(one)),
);

/** Is a file of this name, with `/` between folders, one that holds secrets? */
export function hasSecretName(path: string): boolean {
	const lower = path.toLowerCase();
	if (!PARTS.some((part) => lower.includes(part))) return false;
	const plain = lower.split("/").slice(-8);
	// No file system has longer names; a record may claim some.
	const folders = plain.slice(0, -1).map((one) => one.slice(0, LONGEST_NAME));
	let name = (plain.at(-1) ?? "").slice(0, LONGEST_NAME);
	// Vim's copy of `.env` is `..env.swp`, Emacs' is `#.env#`.
	name = name.replace(/^\.(?=\.)|^\.?#|#$/g, "");
	while (COPY.test(name)) name = name.replace(COPY, "");
	if (name.endsWith(".pub") || EXAMPLE.test(name)) return false;
	return (
		SECRET_NAME.test(name) || SECRET_PLACE.test([...folders, name].join("/"))
	);
}

/** May a file of this name be a public key, a certificate, or slides, so that one must look into it? */
export const isPerhapsPublic = (path: string): boolean =>
	/\.(pem|key)$/i.test(path);

/**
 * Is it no secret after all?
 * @param text of the file
 */
export function isPublic(text: string): boolean {
	// Keynote's slides end in `.key`, and are archives.
	if (text.startsWith("PK\u0003\u0004")) return true;
	return (
		/-----BEGIN [A-Z0-9 ]{0,40}(CERTIFICATE|PUBLIC KEY|PARAMETERS|X509 CRL)/.test(
			text,
		) && !text.includes("PRIVATE KEY")
	);
}

/** Docker counts capitals, and knows sets of letters. */
const inAnyCase = (path: string) =>
	path.replace(/[a-z]/g, (one) => `[${one}${one.toUpperCase()}]`);

/**
 * The same names for `.dockerignore`, a line each. Docker looks into no file, so
 * what may be public stays out as well. Of Docker's lines the last that fits
 * decides, so these come before all others.
 */
export const dockerIgnored = (): string[] => [
	...SECRET_PATHS.map((path) => path.replace(/\/\*$/, "")).flatMap((path) =>
		["", "~", ".[bB][aA][kK]*", ".[oO][lLrR][dDiI]*"].map(
			(copy) => `**/${inAnyCase(path)}${copy}`,
		),
	),
	...SHOWN.flatMap((one) => [`!**/*.${one}`, `!**/*.${one}.*`]),
	...["example", "sample", "template"].map((one) => `!**/${one}.*`),
	"!**/id_*.pub",
];
