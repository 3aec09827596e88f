import { version } from "../../../base/version.ts";
import {
	type Crate,
	compact,
	type Entity,
	METADATA_FILE,
	PROCESS_RUN_CRATE,
	RO_CRATE,
	refer,
} from "../../../formats/ro-crate/entity.ts";
import { fileKind } from "../../../formats/ro-crate/file-kinds.ts";
import { paramText } from "../../parameters/overrides/written.ts";
import { variedStreams } from "../identity.ts";
import type { RecordedFile, RunRecord } from "../record.ts";

const STATUS = {
	running: "ActiveActionStatus",
	finished: "CompletedActionStatus",
	failed: "FailedActionStatus",
	interrupted: "FailedActionStatus",
	diverged: "FailedActionStatus",
} as const;

/** The spaces and signs of a path that an identifier cannot have. */
const identifierOf = (path: string) => encodeURI(path).replaceAll("#", "%23");

/** A digest as a name of what it is a digest of (RFC 6920). */
function nameOfDigest(digest: string): string {
	const [algorithm, hex = ""] = digest.split(":");
	const value = Buffer.from(hex, "hex").toString("base64url");
	return `ni:///${algorithm === "sha256" ? "sha-256" : algorithm};${value}`;
}

/**
 * The record as a Process Run Crate: an RO-Crate that says which software made
 * which files from which inputs. Written by hand, not by a library: it is one
 * flat list, and tests check its rules. Records are compared with
 * what this makes of them (`contradictions.ts`): another text needs another format.
 * @param license an SPDX identifier, where the project states one
 */
export function describeCrate(record: RunRecord, license?: string): Crate {
	const { file: source } = record.source;
	const files: Record<string, RecordedFile | undefined> = {
		"run.json": undefined,
		...record.files,
	};
	delete files[METADATA_FILE];
	const software = softwareOf(record);
	const inputs = inputsOf(record);
	const tool = source ?? (software[0] as Entity)["@id"];
	return {
		"@context": [
			`${RO_CRATE}/context`,
			"https://w3id.org/ro/terms/workflow-run/context",
		],
		"@graph": [
			{
				"@id": METADATA_FILE,
				"@type": "CreativeWork",
				conformsTo: refer(RO_CRATE),
				about: refer("./"),
			},
			datasetEntity(record, Object.keys(files), license),
			{
				"@id": PROCESS_RUN_CRATE,
				"@type": "CreativeWork",
				name: "Process Run Crate",
				version: "0.5",
			},
			...(license ? [licenseEntity(license)] : []),
			actionEntity(record, tool, inputs),
			...software,
			...inputs,
			...Object.entries(files).map(([path, file]) =>
				fileEntity(path, file, path === source ? record : undefined, software),
			),
		],
	};
}

const actionId = ({ id }: RunRecord) => `#run-${id}`;

/** The run's folder. */
const datasetEntity = (
	record: RunRecord,
	files: readonly string[],
	license: string | undefined,
): Entity => ({
	"@id": "./",
	"@type": "Dataset",
	conformsTo: refer(PROCESS_RUN_CRATE),
	name: `Run ${record.id} of ${record.experiment}`,
	description: summaryOf(record),
	datePublished: record.ended ?? record.started,
	license: license
		? refer(licenseUrl(license))
		: "No licence is stated; ask the author before you use it.",
	hasPart: compact(files.map((path) => refer(identifierOf(path)))),
	mentions: refer(actionId(record)),
});

/** The run itself: what made which files from what. */
function actionEntity(
	record: RunRecord,
	tool: string,
	inputs: readonly Entity[],
): Entity {
	const prints = ["stdout.log", "stderr.log"];
	const results = [
		...Object.values(record.outputs).flatMap(({ files }) => files),
		...prints.filter((path) => path in record.files),
	];
	return {
		"@id": actionId(record),
		"@type": "CreateAction",
		name: `Run ${record.id} of ${record.experiment}`,
		description: summaryOf(record),
		startTime: record.started,
		...(record.ended === undefined ? {} : { endTime: record.ended }),
		instrument: refer(identifierOf(tool)),
		...(inputs.length > 0
			? { object: compact(inputs.map((one) => refer(one["@id"]))) }
			: {}),
		...(results.length > 0
			? { result: compact(results.map((path) => refer(identifierOf(path)))) }
			: {}),
		actionStatus: refer(`http://schema.org/${STATUS[record.status]}`),
		...(record.error
			? { error: `${record.error.name}: ${record.error.message}` }
			: {}),
	};
}

function summaryOf(record: RunRecord): string {
	const { task, params, seed, repeat } = record;
	const { vary } = variedStreams(record);
	const words = Object.entries(params).map(
		([name, { value }]) => `${name}=${paramText(value)}`,
	);
	return [
		...(task ? [`task ${task}`] : []),
		...(words.length > 0 ? [words.join(" ")] : []),
		`root seed ${seed.root}`,
		`repeat ${repeat}${vary ? ` of the random streams ${vary.join(" and ")} alone` : ""}`,
	].join(", ");
}

const LICENSES = "https://spdx.org/licenses/";
const licenseUrl = (license: string) => `${LICENSES}${license}`;

/** The license that a crate states: an SPDX identifier. */
export function licenseIn({ "@graph": graph }: Crate): string | undefined {
	const license = graph.find((entity) => entity["@id"] === "./")?.license;
	const id =
		typeof license === "object" && "@id" in license ? license["@id"] : "";
	return id.startsWith(LICENSES) ? id.slice(LICENSES.length) : undefined;
}

const licenseEntity = (license: string): Entity => ({
	"@id": licenseUrl(license),
	"@type": "CreativeWork",
	name: license,
	description: "The licence that the project states in its package.json.",
});

/** This package first, then what it ran on. */
function softwareOf({ environment }: RunRecord): Entity[] {
	const own = String(environment.deepdiva ?? version);
	const node = String(environment.node);
	return [
		{
			"@id": `pkg:npm/deepdiva@${own}`,
			"@type": "SoftwareApplication",
			name: "DeepDIVA for notebooks",
			softwareVersion: own,
			softwareRequirements: refer(nodeUrl(node)),
		},
		{
			"@id": nodeUrl(node),
			"@type": "SoftwareApplication",
			name: "Node.js",
			url: "https://nodejs.org/",
			softwareVersion: node,
		},
	];
}

const nodeUrl = (node: string) =>
	`https://nodejs.org/download/release/v${node}/`;

/** Parameters, the seed and the data, none of which are files of the crate. */
function inputsOf({ params, seed, data }: RunRecord): Entity[] {
	const value = (id: string, name: string, given: unknown): Entity => ({
		"@id": id,
		"@type": "PropertyValue",
		name,
		value: String(given),
	});
	return [
		value("#seed", "root seed", seed.root),
		...Object.entries(params).map(([name, param]) =>
			value(`#param-${name}`, name, paramText(param.value)),
		),
		...data.map(({ path, root, files, bytes }): Entity => {
			return {
				"@id": nameOfDigest(root),
				// A Dataset would have to lie in the crate, or on the web.
				"@type": "CreativeWork",
				name: path,
				description: `Data folder, ${files} files, ${bytes} bytes; named by the SHA-256 of its manifest (as sha256sum prints it)`,
				identifier: root,
			};
		}),
	].filter(
		// One folder may be given under two names.
		(entity, i, all) =>
			all.findIndex((one) => one["@id"] === entity["@id"]) === i,
	);
}

function fileEntity(
	path: string,
	file: RecordedFile | undefined,
	executedIn: RunRecord | undefined,
	software: readonly Entity[],
): Entity {
	const git = executedIn?.git;
	return {
		"@id": identifierOf(path),
		"@type": executedIn ? ["File", "SoftwareSourceCode"] : "File",
		...fileKind(path),
		...(file
			? {
					contentSize: String(file.bytes),
					sha256: file.sha256.replace("sha256:", ""),
				}
			: {}),
		...(executedIn
			? {
					programmingLanguage: "TypeScript",
					softwareRequirements: compact(
						software.map((one) => refer(one["@id"])),
					),
				}
			: {}),
		...(git && git.mode !== "ignore" && git.commit
			? { version: git.snapshot?.commit ?? git.commit }
			: {}),
		...(git && git.mode !== "ignore" && git.remote ? { url: git.remote } : {}),
	};
}

/** The text of `ro-crate-metadata.json`. */
export function crateText(crate: Crate): string {
	return `${JSON.stringify(crate, undefined, "\t")}\n`;
}
