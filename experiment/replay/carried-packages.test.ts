import assert from "node:assert/strict";
import {
	chmodSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	realpathSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { temporaryFolder, writeFiles } from "../../base/test-folder.ts";
import { allowedEnvironment } from "./allowed-environment.ts";
import { requirePlainPackages } from "./carried-packages.ts";
import { installPackages } from "./packages.ts";

const DIGEST = `sha512-${"A".repeat(86)}==`;
const REGISTRY = "https://registry.npmjs.org/a/-/a-1.0.0.tgz";

function carried(
	packages: unknown,
	manifest: object = {},
	lock = "package-lock.json",
): string {
	const folder = temporaryFolder();
	writeFiles(folder, {
		"package.json": JSON.stringify({ name: "sent", ...manifest }),
		[lock]: JSON.stringify({ lockfileVersion: 3, packages }),
	});
	return folder;
}

const one = (entry: object, place = "node_modules/a") => ({
	"": { name: "sent" },
	[place]: {
		version: "1.0.0",
		resolved: REGISTRY,
		integrity: DIGEST,
		...entry,
	},
});

/** What is hostile about it, and what is to be said. */
const HOSTILE: [string, string, RegExp][] = [
	[
		"a repository over ssh",
		carried(one({ resolved: "git+ssh://git@x/y.git" })),
		/git\+ssh/,
	],
	[
		"a repository over https",
		carried(one({ resolved: "git+https://x/y.git" })),
		/git\+https/,
	],
	["git's own protocol", carried(one({ resolved: "git://x/y" })), /git:\/\/x/],
	[
		"a command as a transport",
		carried(one({ resolved: "git+ext::sh -c id" })),
		/ext::/,
	],
	[
		"an archive without encryption",
		carried(one({ resolved: "http://x/a.tgz" })),
		/http:\/\/x/,
	],
	[
		"a name and a password for a host",
		carried(one({ resolved: "https://u:p@x/a.tgz" })),
		/u:p@/,
	],
	[
		"a file above",
		carried(one({ resolved: "file:../a.tgz" })),
		/file:\.\.\/a\.tgz/,
	],
	[
		"a file by its whole path",
		carried(one({ resolved: "file:/etc/passwd" })),
		/etc\/passwd/,
	],
	["no digest", carried(one({ integrity: undefined })), /has no digest/],
	[
		"a digest of an unknown kind",
		carried(one({ integrity: "md5-AAAA" })),
		/has no digest/,
	],
	[
		"a link that leads out",
		carried(one({ link: true, resolved: "../other" })),
		/leads out/,
	],
	[
		"a link by its whole path",
		carried(one({ link: true, resolved: "/root" })),
		/leads out/,
	],
	[
		"a link to nowhere",
		carried(one({ link: true, resolved: undefined })),
		/leads out/,
	],
	["a place above", carried(one({}, "../a")), /lies outside/],
	[
		"a place that goes up on its way",
		carried(one({}, "node_modules/../../a")),
		/lies outside/,
	],
	["a place by its whole path", carried(one({}, "/tmp/a")), /lies outside/],
	[
		"a source that is no text",
		carried(one({ resolved: { a: 1 } })),
		/does not say/,
	],
	[
		"an entry that is none",
		carried({ "node_modules/a": "git://x" }),
		/no description/,
	],
	["no packages, as npm 6 wrote it", carried(undefined), /npm 7 replaced/],
	[
		"a second lock file, which npm prefers",
		carried(one({ resolved: "git://x/y" }), {}, "npm-shrinkwrap.json"),
		/npm-shrinkwrap\.json .*git:\/\/x/,
	],
	[
		"a repository that the lock file does not have",
		carried(one({}), { dependencies: { a: "github:x/y" } }),
		/package\.json .*github:x\/y/,
	],
	[
		"a repository by its short name",
		carried(one({}), { optionalDependencies: { a: "x/y" } }),
		/"x\/y"/,
	],
	[
		"a folder above",
		carried(one({}), { devDependencies: { a: "file:../../x" } }),
		/file:\.\.\/\.\.\/x/,
	],
	[
		"a folder above as a workspace",
		carried(one({}), { workspaces: ["../*"] }),
		/workspace "\.\.\/\*"/,
	],
	[
		"a replacement deep down",
		carried(one({}), { overrides: { a: { b: "git+ssh://x/y" } } }),
		/git\+ssh/,
	],
	[
		"a repository that a package asks for",
		carried(one({ dependencies: { b: "git://x/b" } })),
		/"b" from "git:/,
	],
];
for (const [what, folder, said] of HOSTILE)
	test(`packages that came along are refused for ${what}`, () => {
		assert.throws(() => requirePlainPackages(folder), {
			name: "UsageError",
			message: said,
		});
	});

test("packages that came along from a registry, an archive or a folder of their own are let pass", () => {
	requirePlainPackages(
		carried(
			{
				"": {
					name: "sent",
					workspaces: ["tools/*"],
					dependencies: { a: "^1" },
				},
				"node_modules/a": {
					version: "1.0.0",
					resolved: REGISTRY,
					integrity: DIGEST,
				},
				"node_modules/@s/b": {
					version: "1.0.0",
					integrity: `sha1-${"A".repeat(27)}=`,
				},
				"node_modules/a/node_modules/c": { version: "1.0.0", inBundle: true },
				"node_modules/d": { resolved: "file:d-1.0.0.tgz", integrity: DIGEST },
				"node_modules/e": { resolved: "tools/e", link: true },
				"tools/e": { version: "1.0.0", peerDependencies: { a: "1 || 2" } },
			},
			{
				workspaces: ["./tools/*"],
				dependencies: { a: "^1", d: "file:./d-1.0.0.tgz", f: "npm:@s/b@^1" },
				overrides: { a: { ".": "1.0.0", c: "$c" } },
			},
		),
	);
});

test("of an environment, npm for somebody else's packages sees what it needs, and no secret", () => {
	const env = {
		PATH: "/usr/bin:node_modules/.bin::.:/bin",
		HOME: "/home/me",
		HTTPS_PROXY: "http://proxy",
		npm_config_registry: "https://mirror/",
		NPM_TOKEN: "secret",
		npm_config__authToken: "secret",
		npm_config_script_shell: "/tmp/x",
		NODE_OPTIONS: "--require /tmp/x.js",
		AWS_SECRET_ACCESS_KEY: "secret",
		SSH_AUTH_SOCK: "/run/agent",
		LD_PRELOAD: "/tmp/x.so",
		GIT_SSH_COMMAND: "touch x",
	};
	assert.deepEqual(allowedEnvironment("npm", env), {
		PATH: "/usr/bin:/bin",
		HOME: "/home/me",
		HTTPS_PROXY: "http://proxy",
		npm_config_registry: "https://mirror/",
	});
	assert.deepEqual(allowedEnvironment("program", env), {
		PATH: "/usr/bin:/bin",
	});
});

/** A tree as a replay rebuilds it, of code that has everything npm could be made to run. */
function armed(proof: string): string {
	const folder = mkdtempSync(join(realpathSync(tmpdir()), "deepdiva-tree-"));
	after(() => rmSync(folder, { recursive: true, force: true }));
	const scripts = Object.fromEntries(
		["preinstall", "install", "postinstall", "prepare", "preprepare"].map(
			(name) => [name, `touch ${proof}-${name}`],
		),
	);
	writeFiles(folder, {
		"package.json": JSON.stringify({ name: "top", workspaces: ["study"] }),
		".npmrc": `script-shell=${proof}.sh\nignore-scripts=false\n`,
		"study/.npmrc": `script-shell=${proof}.sh\nignore-scripts=false\nregistry=http://127.0.0.1:9/\n`,
		"study/binding.gyp": `{"targets":[{"target_name":"<!(touch ${proof}-gyp)"}]}`,
		"study/package.json": JSON.stringify({
			name: "sent",
			version: "1.0.0",
			scripts,
			dependencies: { tool: "file:tool" },
		}),
		"study/tool/package.json": JSON.stringify({
			name: "tool",
			version: "1.0.0",
			scripts,
		}),
		"study/package-lock.json": JSON.stringify({
			name: "sent",
			version: "1.0.0",
			lockfileVersion: 3,
			requires: true,
			packages: {
				"": {
					name: "sent",
					version: "1.0.0",
					hasInstallScript: true,
					dependencies: { tool: "file:tool" },
				},
				"node_modules/tool": { resolved: "tool", link: true },
				tool: { version: "1.0.0", hasInstallScript: true },
			},
		}),
	});
	return join(folder, "study");
}

test("npm runs no script of somebody else's packages, and reads no settings that came along, unless allowed", async () => {
	const out = temporaryFolder();
	const proof = join(out, "proof");
	writeFileSync(
		`${proof}.sh`,
		`#!/bin/sh\ntouch ${proof}-shell\nexec /bin/sh "$@"\n`,
	);
	chmodSync(`${proof}.sh`, 0o755);
	const left = () =>
		["preinstall", "install", "postinstall", "prepare", "gyp", "shell"].filter(
			(name) => existsSync(`${proof}-${name}`),
		);
	const folder = armed(proof);
	const settings = readFileSync(join(folder, ".npmrc"), "utf8");
	const present = { folder: temporaryFolder() };
	await installPackages({ folder }, present, { foreign: true });
	assert.deepEqual(left(), []);
	assert.ok(existsSync(join(folder, "node_modules", "tool", "package.json")));
	assert.equal(readFileSync(join(folder, ".npmrc"), "utf8"), settings);
	const allowed = armed(proof);
	await installPackages({ folder: allowed }, present, {
		foreign: true,
		installScripts: true,
	});
	assert.ok(left().includes("postinstall"), "the flag allows scripts");
});

test("an npm that came along, in the folder or by a relative PATH, is not started", async () => {
	const out = temporaryFolder();
	const proof = join(out, "proof");
	const folder = armed(proof);
	for (const place of ["npm", "node_modules.bin/npm"]) {
		mkdirSync(join(folder, "node_modules.bin"), { recursive: true });
		writeFileSync(join(folder, place), `#!/bin/sh\ntouch ${proof}-npm\n`);
		chmodSync(join(folder, place), 0o755);
	}
	const before = { path: process.env.PATH, cwd: process.cwd() };
	process.chdir(folder);
	process.env.PATH = `:.:node_modules.bin:${before.path}`;
	try {
		await installPackages({ folder }, { folder: out }, { foreign: true });
	} finally {
		process.chdir(before.cwd);
		process.env.PATH = before.path;
	}
	assert.equal(existsSync(`${proof}-npm`), false);
});

test("somebody else's lock file is not followed out of the rebuilt tree", async () => {
	const folder = temporaryFolder();
	const before = process.env.TMPDIR;
	// Trees are rebuilt in another place than this.
	process.env.TMPDIR = temporaryFolder();
	try {
		await assert.rejects(
			installPackages(
				{ folder },
				{ folder: temporaryFolder() },
				{ foreign: true },
			),
			/none of its own folders/,
		);
	} finally {
		if (before === undefined) delete process.env.TMPDIR;
		else process.env.TMPDIR = before;
	}
});
