import { realpathSync } from "node:fs";
import { join, sep } from "node:path";
import { canonicalJson, sha256 } from "../../../base/canonical.ts";
import { isInside } from "../../../base/files.ts";
import { contradictions } from "../../record/check/contradictions.ts";
import { readOutput } from "../../record/output.ts";
import { readFileOf } from "../../record/store/folder-files.ts";
import {
	readRun,
	type StoredRun,
	statusOf,
	verifyFiles,
} from "../../record/store/store.ts";
import type { DataPlaces } from "../work-tree.ts";
import type { Check } from "./check.ts";
import { checkClaims } from "./check-claims.ts";
import { checkCode } from "./check-code.ts";
import { checkData } from "./check-data.ts";
import { type Evidence, evidenceOf } from "./evidence.ts";
import { isObject } from "./json.ts";
import {
	contentName,
	dataName,
	dependencies,
	internalOf,
	type Provenance,
	packageName,
	parametersOf,
} from "./provenance.ts";
import type { ResourceDescriptor, Statement } from "./statement.ts";

/** The run that a statement is about. */
export const runOf = ({ predicate }: Statement<Provenance>) =>
	predicate.runDetails.metadata?.invocationId ?? "without an id";

/** Compares a certificate with the run's folder and the data it was given. */
export async function checkRun(
	statement: Statement<Provenance>,
	run: string,
	places: DataPlaces,
	onProgress?: (text: string) => void,
): Promise<CheckedRun> {
	const files = fileChecks(statement, run);
	let stored: StoredRun;
	try {
		stored = readRun(run);
	} catch (error) {
		return {
			checks: [
				...files,
				{
					what: "run.json",
					status: "broken",
					detail: (error as Error).message,
				},
			],
			unchecked: [],
		};
	}
	const record = recordChecks(statement, stored);
	// What is broken has been named there by what it is.
	const claims = [...files, ...record].some(({ status }) => status === "broken")
		? undefined
		: checkClaims(statement, stored);
	return {
		checks: [
			...files,
			...(claims && claims.checks.length > 0 ? claims.checks : record),
			...(await checkCode(stored)),
			...(await checkData(stored, places, onProgress)),
		],
		unchecked: claims?.unchecked ?? [],
	};
}

interface CheckedRun {
	readonly checks: Check[];
	/** Places of the statement that nothing here vouches for. */
	readonly unchecked: readonly string[];
}

const DEPENDENCIES_ELSEWHERE = ["git", "node", "lock file"];

/** Everything in a statement that is a file of the run folder. */
function filesOf({
	subject,
	predicate: { buildDefinition, runDetails },
}: Statement<Provenance>): ResourceDescriptor[] {
	return [
		...subject.filter(({ name }) => !name.startsWith(contentName(""))),
		...(buildDefinition.resolvedDependencies ?? []).filter(
			({ name = "" }) =>
				!DEPENDENCIES_ELSEWHERE.includes(name) &&
				!name.startsWith(dataName("")) &&
				!name.startsWith(packageName("")),
		),
		...(runDetails.byproducts ?? []),
	];
}

function fileChecks(statement: Statement<Provenance>, run: string): Check[] {
	const files = filesOf(statement);
	const broken = files.flatMap(({ name = "", digest }): Check[] => {
		const detail = fileProblem(run, name, digest?.sha256);
		return detail ? [{ what: name, status: "broken", detail }] : [];
	});
	return broken.length > 0
		? broken
		: [{ what: "files", status: "holds", detail: `${files.length}` }];
}

function fileProblem(
	run: string,
	name: string,
	expected: string | undefined,
): string | undefined {
	if (!isInside(name)) return "is named so that it leads out of the run folder";
	let bytes: Buffer | undefined;
	try {
		const path = realpathSync(join(run, name));
		if (!path.startsWith(realpathSync(run) + sep))
			return "is a link that leads out of the run folder";
		bytes = readFileOf(run, name);
	} catch {
		// It is not there.
	}
	if (!bytes) return "is missing";
	return sha256(bytes) === `sha256:${expected}`
		? undefined
		: "is not as it was certified";
}

/** Does the statement say what the record in the folder says? */
function recordChecks(
	statement: Statement<Provenance>,
	stored: StoredRun,
): Check[] {
	const { record, directory } = stored;
	const { buildDefinition } = statement.predicate;
	const checks: Check[] = [];
	const broken = (what: string, detail: string) =>
		checks.push({ what, status: "broken", detail });
	if (runOf(statement) !== record.id)
		broken(
			"run",
			`certified is run ${runOf(statement)}, and this is ${record.id}`,
		);
	const status = statusOf(stored);
	if (status !== "finished")
		broken(
			"run",
			`is ${status} on record, and only what finished is certified`,
		);
	const problems = verifyFiles(stored);
	for (const { file, problem } of problems)
		broken(
			file,
			problem === "not on record"
				? "lies in the run's folder and is not on record"
				: `is ${problem} since it was recorded`,
		);
	for (const { what, recorded, derived } of contradictions(stored, {
		damaged: new Set(problems.map(({ file }) => file)),
	}))
		broken(
			what,
			`is ${recorded} on record, and what it follows from gives ${derived ?? "nothing"}`,
		);
	const certified = new Set(filesOf(statement).map(({ name }) => name));
	for (const file of ["run.json", ...Object.keys(record.files)])
		if (!certified.has(file))
			broken(file, "is on record and was not certified");
	const { level: _, ...internal } = buildDefinition.internalParameters ?? {};
	for (const name of [
		...differing(
			flattened(buildDefinition.externalParameters),
			flattened(parametersOf(record)),
		),
		...differing(flattened(internal), flattened(internalOf(record))),
	])
		broken(name, "is not what was certified");
	const { startedOn, finishedOn } =
		statement.predicate.runDetails.metadata ?? {};
	if (startedOn !== record.started || finishedOn !== record.ended)
		broken("times", "are not what was certified");
	const contents = (of: Statement<Provenance>) =>
		Object.fromEntries(
			of.subject
				.filter(({ name }) => name.startsWith(contentName("")))
				.map(({ name, digest }) => [name, `sha256:${digest.sha256}`]),
		);
	const recorded = Object.fromEntries(
		Object.entries(record.outputs).map(([name, { digest }]) => [
			contentName(name),
			digest,
		]),
	);
	for (const name of differing(contents(statement), recorded))
		broken(name, "is not what was certified");
	for (const [name, output] of Object.entries(record.outputs))
		if (digestNow(directory, name, output) !== output.digest)
			broken(contentName(name), "is not what its files say");
	// All of one name together: who adds a second one changes what the name says.
	const byName = (list: readonly ResourceDescriptor[] = []) =>
		Object.fromEntries(
			[
				...Map.groupBy(
					list
						// The interpreter lies outside of the run: what was measured stands as it is.
						.filter(({ name = "" }) => name !== "node" && !certified.has(name)),
					({ name = "" }) => name,
				),
			].map(([name, all]) => [
				name,
				canonicalJson(
					all.map(({ uri = "", digest = {} }) => ({ uri, digest })),
				),
			]),
		);
	const evidence = evidenceOf(stored);
	for (const name of differing(
		byName(buildDefinition.resolvedDependencies),
		byName(dependencies(evidence)),
	))
		broken(name, "is not what was certified");
	return checks.length > 0
		? checks
		: [
				{ what: "parameters and seed", status: "holds" },
				{ what: "environment", status: "holds" },
				{
					what: "outputs",
					status: "holds",
					detail: `${Object.keys(record.outputs).length}`,
				},
				...packageCheck(evidence.packages),
			];
}

/** As many as were certified, and how many of them by their name and version alone. */
function packageCheck(packages: Evidence["packages"]): Check[] {
	if (packages.length === 0) return [];
	const bare = packages.filter(({ digest }) => !digest).length;
	return [
		{
			what: "packages",
			status: "holds",
			detail: `${packages.length}${bare > 0 ? `, ${bare} without an integrity on record` : ""}`,
		},
	];
}

function digestNow(
	directory: string,
	name: string,
	output: StoredRun["record"]["outputs"][string],
): string | undefined {
	try {
		return readOutput(directory, name, output).digest;
	} catch {
		return undefined;
	}
}

/** Names that are on one side only, or with another value. */
function differing(
	a: Readonly<Record<string, string>>,
	b: Readonly<Record<string, string>>,
): string[] {
	return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter(
		(name) =>
			!(
				Object.hasOwn(a, name) &&
				Object.hasOwn(b, name) &&
				a[name] === b[name]
			),
	);
}

/** `{a: {b: 1}}` → `{"a.b": "1"}`, so that what differs can be named. */
function flattened(value: unknown): Record<string, string> {
	const entries = (inner: unknown, path: string): [string, string][] =>
		isObject(inner)
			? Object.entries(inner).flatMap(([key, member]) => {
					const part = /^[\w-]+$/.test(key) ? key : JSON.stringify(key);
					return entries(member, path === "" ? part : `${path}.${part}`);
				})
			: [[path, canonicalJson(inner)]];
	return Object.fromEntries(entries(value, ""));
}
