import { isObject } from "../../../base/json-object.ts";
import type { Params } from "../../events.ts";
import { variedStreams } from "../../record/identity.ts";
import {
	commandLineOf,
	paramValues,
	type RunRecord,
} from "../../record/record.ts";
import type { StoredRun } from "../../record/store/store.ts";
import { type Evidence, evidenceOf } from "./evidence.ts";
import { readLevel, type StatedLevel } from "./level.ts";
import {
	checkDescriptors,
	isSet,
	type ResourceDescriptor,
	refuse,
	requireTimestamp,
	requireTypeUri,
	STATEMENT,
	type Statement,
	type Subject,
} from "./statement.ts";

/** @see https://slsa.dev/spec/v1.0/provenance */
export const PROVENANCE = "https://slsa.dev/provenance/v1";

/** A run in the guard: README.md in this folder's parent says what its fields mean. */
export const BUILD_TYPE = "pkg:npm/deepdiva#run/v1";

/** Whoever runs deepdiva on a machine of their own: no platform stands behind it but the signer. */
export const BUILDER = "pkg:npm/deepdiva#signer/v1";

/** What the user decided: everything else follows from it and the dependencies. */
export interface RunParameters {
	readonly experiment: string;
	readonly task?: string;
	readonly parameters: Params;
	readonly seed: { readonly root: string; readonly boot: string };
	readonly repeat: number;
	/** Of a later repeat: the random streams that alone make it another one. */
	readonly vary?: readonly string[];
	readonly occurrence: number;
	readonly overrides?: Readonly<Record<string, string>>;
}

export interface Provenance {
	readonly buildDefinition: {
		readonly buildType: string;
		readonly externalParameters: RunParameters;
		readonly internalParameters?: Readonly<Record<string, unknown>>;
		readonly resolvedDependencies?: readonly ResourceDescriptor[];
	};
	readonly runDetails: {
		readonly builder: {
			readonly id: string;
			readonly version?: Readonly<Record<string, string>>;
		};
		readonly metadata?: {
			readonly invocationId?: string;
			readonly startedOn?: string;
			readonly finishedOn?: string;
		};
		readonly byproducts?: readonly ResourceDescriptor[];
	};
}

/** What a subject is called that stands for what an output says, whatever its files are. */
export const contentName = (output: string) => `output:${output}`;

const sha256 = (digest: string) => ({
	sha256: digest.replace(/^sha256:/, ""),
});

/** What a finished run is certified by. */
export function provenanceOf(
	stored: StoredRun,
	level: StatedLevel,
): Statement<Provenance> {
	const { record } = stored;
	const evidence = evidenceOf(stored);
	const outputs = new Set(
		Object.values(record.outputs).flatMap(({ files }) => files),
	);
	const file = (name: string): Subject => ({
		name,
		digest: sha256(record.files[name]?.sha256 ?? ""),
	});
	const rest = Object.keys(record.files).filter((name) => !outputs.has(name));
	const isInput = (name: string) => evidence.inputFiles.includes(name);
	return {
		_type: STATEMENT,
		subject: [
			...Object.entries(record.outputs).map(([name, { digest }]) => ({
				name: contentName(name),
				digest: sha256(digest),
			})),
			...[...outputs].map(file),
		],
		predicateType: PROVENANCE,
		predicate: {
			buildDefinition: {
				buildType: BUILD_TYPE,
				externalParameters: parametersOf(record),
				internalParameters: { level, ...internalOf(record) },
				resolvedDependencies: [
					...dependencies(evidence),
					...rest.filter(isInput).map(file),
				],
			},
			runDetails: {
				builder: {
					id: BUILDER,
					version: evidence.versions,
				},
				metadata: {
					invocationId: record.id,
					startedOn: record.started,
					...(record.ended ? { finishedOn: record.ended } : {}),
				},
				byproducts: [
					{ name: "run.json", digest: sha256(evidence.recordDigest) },
					...rest.filter((name) => !isInput(name)).map(file),
				],
			},
		},
	};
}

/** What the certificate says of the record besides the parameters. */
export const internalOf = ({ identity, seed, environment }: RunRecord) => ({
	identity,
	runSeed: seed.run,
	...(seed.fixed === undefined ? {} : { fixedSeed: seed.fixed }),
	environment,
});

/** The level that the signer of a statement states. */
export const levelStatedBy = ({ predicate }: Statement<Provenance>) =>
	readLevel(predicate.buildDefinition.internalParameters?.level, LEVEL);

const LEVEL = "predicate.buildDefinition.internalParameters.level";

/** The parameters as the record has them. */
export function parametersOf(record: RunRecord): RunParameters {
	const overrides = commandLineOf(record);
	return {
		experiment: record.experiment,
		...(record.task ? { task: record.task } : {}),
		parameters: paramValues(record),
		seed: { root: record.seed.root, boot: record.seed.boot },
		repeat: record.repeat,
		...variedStreams(record),
		occurrence: record.occurrence,
		...(Object.keys(overrides).length > 0 ? { overrides } : {}),
	};
}

/** Of the interpreter, of which no record has the digest. */
export const MEASURED = { measured: "when the run was certified" };

/** What the run was made from, and lies outside of its folder. */
export function dependencies({
	git,
	data,
	lockFile,
	node,
	packages,
}: Evidence): ResourceDescriptor[] {
	return [
		...(git
			? [
					{
						name: "git",
						...(git.uri ? { uri: git.uri } : {}),
						digest: {
							gitCommit: git.commit,
							...(git.tree ? { gitTree: git.tree } : {}),
						},
						annotations: { dirty: git.dirty },
					},
				]
			: []),
		...data.map(({ path, root, tree, files, bytes }) => ({
			name: dataName(path),
			digest: { ...sha256(root), ...(tree ? { gitTree: tree } : {}) },
			annotations: { files, bytes },
		})),
		...(lockFile ? [{ name: "lock file", digest: sha256(lockFile) }] : []),
		{
			name: "node",
			uri: node.uri,
			...(node.digest
				? {
						digest: sha256(node.digest),
						annotations: MEASURED,
					}
				: {}),
		},
		...packages.map(({ name, purl, digest }) => ({
			name: packageName(name),
			uri: purl,
			...(digest ? { digest } : {}),
		})),
	];
}

export const packageName = (name: string) => `package:${name}`;

export const dataName = (path: string) => `data:${path}`;

/**
 * Checks what SLSA Provenance v1 demands, and that it is about a run.
 * @throws StatementError that names the place
 */
export function readProvenance(statement: Statement): Statement<Provenance> {
	const at = "predicate";
	if (statement.predicateType !== PROVENANCE)
		refuse("predicateType", `is not ${PROVENANCE}`);
	const predicate = objectOf(statement.predicate, at);
	const definition = objectOf(
		predicate.buildDefinition,
		`${at}.buildDefinition`,
	);
	requireTypeUri(definition.buildType, `${at}.buildDefinition.buildType`);
	checkParameters(
		objectOf(
			definition.externalParameters,
			`${at}.buildDefinition.externalParameters`,
		),
		`${at}.buildDefinition.externalParameters`,
	);
	if (isSet(definition.internalParameters))
		readLevel(
			objectOf(
				definition.internalParameters,
				`${at}.buildDefinition.internalParameters`,
			).level,
			LEVEL,
		);
	checkDescriptors(
		definition.resolvedDependencies,
		`${at}.buildDefinition.resolvedDependencies`,
	);
	const details = objectOf(predicate.runDetails, `${at}.runDetails`);
	const builder = objectOf(details.builder, `${at}.runDetails.builder`);
	requireTypeUri(builder.id, `${at}.runDetails.builder.id`);
	if (isSet(builder.version))
		for (const [part, version] of Object.entries(
			objectOf(builder.version, `${at}.runDetails.builder.version`),
		))
			if (typeof version !== "string")
				refuse(`${at}.runDetails.builder.version.${part}`, "is not a text");
	checkDescriptors(
		builder.builderDependencies,
		`${at}.runDetails.builder.builderDependencies`,
	);
	checkDescriptors(details.byproducts, `${at}.runDetails.byproducts`);
	if (isSet(details.metadata))
		checkMetadata(
			objectOf(details.metadata, `${at}.runDetails.metadata`),
			`${at}.runDetails.metadata`,
		);
	if (definition.buildType !== BUILD_TYPE)
		refuse(`${at}.buildDefinition.buildType`, `is not ${BUILD_TYPE}`);
	// A signer vouches for what ran at the signer's; nobody can sign for another builder.
	if (builder.id !== BUILDER)
		refuse(`${at}.runDetails.builder.id`, `is not ${BUILDER}`);
	return statement as Statement<Provenance>;
}

function objectOf(value: unknown, place: string): Record<string, unknown> {
	if (!isSet(value)) refuse(place, "is missing");
	return isObject(value) ? value : refuse(place, "is not an object");
}

const PARAMETERS = [
	"experiment",
	"task",
	"parameters",
	"seed",
	"repeat",
	"vary",
	"occurrence",
	"overrides",
];

function checkParameters(
	parameters: Record<string, unknown>,
	place: string,
): void {
	for (const name of Object.keys(parameters))
		if (!PARAMETERS.includes(name))
			refuse(`${place}.${name}`, "is not a parameter of a run");
	if (typeof parameters.experiment !== "string")
		refuse(`${place}.experiment`, "is not a text");
	for (const name of ["repeat", "occurrence"])
		if (!Number.isInteger(parameters[name]))
			refuse(`${place}.${name}`, "is not a whole number");
	const { vary = [] } = parameters;
	if (!Array.isArray(vary) || vary.some((one) => typeof one !== "string"))
		refuse(`${place}.vary`, "is not a list of texts");
	if (!isObject(parameters.parameters))
		refuse(`${place}.parameters`, "is not an object");
	const { seed } = parameters;
	if (
		!isObject(seed) ||
		[seed.root, seed.boot].some((one) => typeof one !== "string")
	)
		refuse(`${place}.seed`, "is not a root and a boot seed");
}

function checkMetadata(
	{ invocationId, startedOn, finishedOn }: Record<string, unknown>,
	place: string,
): void {
	if (isSet(invocationId) && typeof invocationId !== "string")
		refuse(`${place}.invocationId`, "is not a text");
	for (const [field, time] of Object.entries({ startedOn, finishedOn }))
		if (isSet(time)) requireTimestamp(time, `${place}.${field}`);
}

/** The run that a statement is about. */
export const runOf = ({ predicate }: Statement<Provenance>) =>
	predicate.runDetails.metadata?.invocationId ?? "without an id";
