import { canonicalJson } from "../../../../base/canonical.ts";
import { contradictions } from "../../../record/check/contradictions.ts";
import { readOutput } from "../../../record/output.ts";
import {
	type FileProblem,
	type StoredRun,
	statusOf,
	verifyFiles,
} from "../../../record/store/store.ts";
import { differing, flattened } from "../differing.ts";
import { type Evidence, evidenceOf } from "../evidence.ts";
import {
	contentName,
	dependencies,
	internalOf,
	type Provenance,
	parametersOf,
	runOf,
} from "../provenance.ts";
import type { ResourceDescriptor, Statement } from "../statement.ts";
import type { Check } from "./check.ts";
import { filesOf } from "./check-files.ts";

/** A statement beside the run that is here. */
interface Compared {
	readonly statement: Statement<Provenance>;
	readonly stored: StoredRun;
	/** Files that are not as they were recorded. */
	readonly problems: readonly FileProblem[];
	/** Names of the files that are certified. */
	readonly certified: ReadonlySet<string | undefined>;
	readonly evidence: Evidence;
}

/** Something that does not hold. */
interface Broken {
	readonly what: string;
	readonly detail: string;
}

/** What must hold between a statement and the record, in the order in which the reader is told. */
const CHECKS: readonly ((compared: Compared) => readonly Broken[])[] = [
	sameRun,
	finished,
	filesAsRecorded,
	noContradictions,
	allFilesCertified,
	sameParameters,
	sameTimes,
	sameOutputs,
	outputsAsFilesSay,
	sameDependencies,
];

/** Does the statement say what the record in the folder says? */
export function recordChecks(
	statement: Statement<Provenance>,
	stored: StoredRun,
): Check[] {
	const compared: Compared = {
		statement,
		stored,
		problems: verifyFiles(stored),
		certified: new Set(filesOf(statement).map(({ name }) => name)),
		evidence: evidenceOf(stored),
	};
	const broken = CHECKS.flatMap((check) => check(compared));
	if (broken.length > 0)
		return broken.map(({ what, detail }) => ({
			what,
			status: "broken",
			detail,
		}));
	const outputs = Object.keys(stored.record.outputs).length;
	return [
		{ what: "parameters and seed", status: "holds" },
		{ what: "environment", status: "holds" },
		{ what: "outputs", status: "holds", detail: `${outputs}` },
		...packageCheck(compared.evidence.packages),
	];
}

const notCertified = (names: readonly string[]): Broken[] =>
	names.map((what) => ({ what, detail: "is not what was certified" }));

function sameRun({ statement, stored: { record } }: Compared): Broken[] {
	const certified = runOf(statement);
	return certified === record.id
		? []
		: [
				{
					what: "run",
					detail: `certified is run ${certified}, and this is ${record.id}`,
				},
			];
}

function finished({ stored }: Compared): Broken[] {
	const status = statusOf(stored);
	return status === "finished"
		? []
		: [
				{
					what: "run",
					detail: `is ${status} on record, and only what finished is certified`,
				},
			];
}

function filesAsRecorded({ problems }: Compared): Broken[] {
	return problems.map(({ file, problem }) => ({
		what: file,
		detail:
			problem === "not on record"
				? "lies in the run's folder and is not on record"
				: `is ${problem} since it was recorded`,
	}));
}

function noContradictions({ stored, problems }: Compared): Broken[] {
	return contradictions(stored, {
		damaged: new Set(problems.map(({ file }) => file)),
	}).map(({ what, recorded, derived }) => ({
		what,
		detail: `is ${recorded} on record, and what it follows from gives ${derived ?? "nothing"}`,
	}));
}

function allFilesCertified({ stored, certified }: Compared): Broken[] {
	return ["run.json", ...Object.keys(stored.record.files)]
		.filter((file) => !certified.has(file))
		.map((what) => ({ what, detail: "is on record and was not certified" }));
}

function sameParameters({
	statement: { predicate },
	stored: { record },
}: Compared): Broken[] {
	const { externalParameters, internalParameters = {} } =
		predicate.buildDefinition;
	const { level: _, ...internal } = internalParameters;
	return notCertified([
		...differing(
			flattened(externalParameters),
			flattened(parametersOf(record)),
		),
		...differing(flattened(internal), flattened(internalOf(record))),
	]);
}

function sameTimes({ statement, stored: { record } }: Compared): Broken[] {
	const { startedOn, finishedOn } =
		statement.predicate.runDetails.metadata ?? {};
	return startedOn === record.started && finishedOn === record.ended
		? []
		: [{ what: "times", detail: "are not what was certified" }];
}

function sameOutputs({ statement, stored: { record } }: Compared): Broken[] {
	const contents = Object.fromEntries(
		statement.subject
			.filter(({ name }) => name.startsWith(contentName("")))
			.map(({ name, digest }) => [name, `sha256:${digest.sha256}`]),
	);
	const recorded = Object.fromEntries(
		Object.entries(record.outputs).map(([name, { digest }]) => [
			contentName(name),
			digest,
		]),
	);
	return notCertified(differing(contents, recorded));
}

function outputsAsFilesSay({
	stored: { directory, record },
}: Compared): Broken[] {
	return Object.entries(record.outputs)
		.filter(
			([name, output]) => digestNow(directory, name, output) !== output.digest,
		)
		.map(([name]) => ({
			what: contentName(name),
			detail: "is not what its files say",
		}));
}

function sameDependencies({
	statement,
	certified,
	evidence,
}: Compared): Broken[] {
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
	const { resolvedDependencies } = statement.predicate.buildDefinition;
	return notCertified(
		differing(byName(resolvedDependencies), byName(dependencies(evidence))),
	);
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
