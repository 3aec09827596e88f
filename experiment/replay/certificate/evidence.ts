import { sha256 } from "../../../base/canonical.ts";
import { isObject } from "../../../base/json-object.ts";
import { readFileSync } from "../../../host/files.ts";
import { bytesOf } from "../../record/store/folder-files.ts";
import type { StoredRun } from "../../record/store/store.ts";
import {
	type IdentifiedPackage,
	recordedPackages,
} from "../../record/surroundings/purl.ts";

/** What a record says about where a run came from, as far as it says it. */
export interface Evidence {
	readonly git?: {
		/** In SPDX form (`git+https://…`), where the record has a remote. */
		readonly uri?: string;
		/** Of the work tree as it was where a snapshot was taken, else of HEAD. */
		readonly commit: string;
		readonly tree?: string;
		readonly dirty: boolean;
	};
	readonly data: readonly {
		readonly path: string;
		readonly root: string;
		/** Of git's tree object, from the SWHID. */
		readonly tree?: string;
		readonly files: number;
		readonly bytes: number;
	}[];
	/** SHA-256 of the lock file. */
	readonly lockFile?: string;
	readonly node: { readonly uri: string; readonly digest?: string };
	readonly packages: readonly IdentifiedPackage[];
	/** Files of the run folder that went into the run, not out of it. */
	readonly inputFiles: readonly string[];
	/** SHA-256 of run.json as it lies on disk. */
	readonly recordDigest: string;
	readonly versions: Readonly<Record<string, string>>;
}

/** Fields that this version may find in a record besides those it writes. */
interface WiderRecord {
	readonly git?: {
		readonly commit?: unknown;
		readonly remote?: unknown;
		readonly dirty?: unknown;
		readonly tree?: unknown;
		readonly snapshot?: unknown;
	};
	readonly environment: Readonly<Record<string, unknown>>;
	readonly data: readonly object[];
}

const text = (value: unknown): string | undefined =>
	typeof value === "string" && value !== "" ? value : undefined;
const field = (value: unknown, name: string): string | undefined =>
	isObject(value) ? text(value[name]) : undefined;
const object = (id: string | undefined): string | undefined =>
	id !== undefined && /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(id) ? id : undefined;

/** Reads a record for the certificate: what is not there, or not as expected, is left out and never guessed. */
export function evidenceOf({ directory, record }: StoredRun): Evidence {
	const { git, environment, data } = record as WiderRecord;
	const lockFile =
		field(environment.lockFile, "sha256") ?? text(environment.lockFile);
	return {
		...gitOf(git),
		data: record.data.map(({ path, root, files, bytes }, i) => {
			const tree = /^swh:1:dir:([0-9a-f]{40})$/.exec(
				field(data[i], "swhid") ?? "",
			)?.[1];
			return { path, root, files, bytes, ...(tree ? { tree } : {}) };
		}),
		...(lockFile && /^sha256:[0-9a-f]{64}$/.test(lockFile) ? { lockFile } : {}),
		node: nodeOf(environment),
		packages: recordedPackages(environment),
		inputFiles: [
			record.source.file,
			"cells.json",
			"git.patch",
			"package-lock.json",
		].filter((name) => name !== undefined && name in record.files) as string[],
		recordDigest: sha256(bytesOf(directory, "run.json")),
		versions: Object.fromEntries(
			["deepdiva", "node", "v8"].flatMap((part) => {
				const version = text(environment[part]);
				return version ? [[part, version]] : [];
			}),
		),
	};
}

function gitOf(git: WiderRecord["git"]): Pick<Evidence, "git"> {
	const snapshot = isObject(git?.snapshot) ? git.snapshot : undefined;
	const commit = object(field(snapshot, "commit")) ?? object(text(git?.commit));
	if (!git || !commit) return {};
	const remote = text(git.remote);
	const tree = object(field(snapshot, "tree") ?? text(git.tree));
	return {
		git: {
			...(remote && /^(https?|ssh|git):\/\/\S+$/.test(remote)
				? { uri: lowerCased(`git+${remote}`) }
				: {}),
			commit,
			...(tree ? { tree } : {}),
			dirty: git.dirty === true,
		},
	};
}

/** Scheme and authority in lower case, as in-toto demands of a URI. */
const lowerCased = (uri: string) =>
	uri.replace(/^[^:]+:\/\/[^/?#]*/, (start) => start.toLowerCase());

function nodeOf(environment: WiderRecord["environment"]): Evidence["node"] {
	const [version, platform, arch] = ["node", "platform", "arch"].map((name) =>
		text(environment[name]),
	);
	const here =
		version === process.versions.node &&
		platform === process.platform &&
		arch === process.arch;
	return {
		uri: `pkg:generic/node@${version ?? "unknown"}?arch=${arch ?? "unknown"}&os=${platform ?? "unknown"}`,
		...(here ? { digest: nodeDigest() } : {}),
	};
}

let ownDigest: string | undefined;

/** SHA-256 of the running interpreter. */
function nodeDigest(): string {
	ownDigest ??= sha256(readFileSync(process.execPath));
	return ownDigest;
}
