import { isObject } from "../../base/json-object.ts";
import { existsSync, readFileSync, statSync } from "../../host/files.ts";
import { join } from "../../host/paths.ts";
import { METADATA_FILE } from "./entity.ts";

/** A rule that a crate breaks. */
export interface CrateProblem {
	/** The rule's name. */
	readonly rule: string;
	readonly message: string;
}

type Json = Record<string, unknown>;

const listOf = (value: unknown): unknown[] =>
	value === undefined ? [] : Array.isArray(value) ? value : [value];
const references = (value: unknown): string[] =>
	listOf(value).flatMap((one) =>
		isObject(one) && typeof one["@id"] === "string" ? [one["@id"]] : [],
	);
const hasType = (entity: Json | undefined, ...types: string[]) =>
	listOf(entity?.["@type"]).some((type) => types.includes(String(type)));
const isAbsolute = (id: string) => /^[a-z][a-z\d+.-]*:/i.test(id);
const isLocal = (id: string) => id.startsWith("#") || id.startsWith("_:");
/**
 * RFC 3987: a reference contains no spaces and none of these characters, and
 * `%` begins an escape.
 */
const isReference = (id: string) =>
	id !== "" && !/[\s<>"{}|\\^`]|%(?![\da-f]{2})/i.test(id);
const DATE =
	/^\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?)?)?$/;
const isDate = (value: unknown) =>
	typeof value === "string" &&
	DATE.test(value) &&
	!Number.isNaN(Date.parse(value.slice(0, 10)));

/** A crate, parsed. */
interface Parts {
	readonly directory: string;
	readonly document: Json;
	readonly graph: readonly Json[];
	readonly entities: ReadonlyMap<string, Json>;
	readonly descriptor: Json | undefined;
	readonly root: Json | undefined;
	readonly rootId: string | undefined;
	/** File and Dataset entities but the root. */
	readonly data: readonly Json[];
	readonly actions: readonly Json[];
}

const ACTIONS = ["CreateAction", "ActivateAction", "UpdateAction"];

interface Rule {
	/** The page of the specification that demands it. */
	readonly source:
		| "structure"
		| "root-data-entity"
		| "data-entities"
		| "contextual-entities"
		| "jsonld"
		| "provenance"
		| "process-run-crate";
	/** What is wrong, one line for each place. */
	check(parts: Parts): string[];
}

const when = (wrong: boolean, message: string) => (wrong ? [message] : []);
const idOf = (entity: Json) => String(entity["@id"]);

/**
 * Every MUST of RO-Crate 1.1 and of Process Run Crate 0.5 that a crate can break.
 * @see https://www.researchobject.org/ro-crate/specification/1.1/
 * @see https://w3id.org/ro/wfrun/process/0.5
 */
export const RULES: Readonly<Record<string, Rule>> = {
	context: {
		source: "structure",
		check: ({ document }) =>
			when(
				document["@context"] === undefined,
				"there is no @context, so its terms mean nothing",
			),
	},
	flattened: {
		source: "jsonld",
		check: ({ graph }) =>
			graph.flatMap((entity) =>
				Object.entries(entity).flatMap(([property, value]) =>
					listOf(value).flatMap((one) =>
						when(
							(isObject(one) || Array.isArray(one)) &&
								(Array.isArray(one) ||
									Object.keys(one).join() !== "@id" ||
									typeof one["@id"] !== "string"),
							`${idOf(entity)}: ${property} holds an object; describe it in @graph and refer to it by {"@id": …} alone`,
						),
					),
				),
			),
	},
	identifiers: {
		source: "jsonld",
		check: ({ graph }) =>
			graph.flatMap((entity) =>
				when(
					typeof entity["@id"] !== "string" || entity["@id"] === "",
					`an entity of type ${JSON.stringify(entity["@type"])} has no @id`,
				),
			),
	},
	types: {
		source: "jsonld",
		check: ({ graph }) =>
			graph.flatMap((entity) => {
				const types = listOf(entity["@type"]);
				return when(
					types.length === 0 ||
						types.some((type) => typeof type !== "string" || type === ""),
					`${idOf(entity)} has no @type`,
				);
			}),
	},
	unique: {
		source: "contextual-entities",
		check: ({ graph }) => {
			const ids = graph.map(idOf);
			return [...new Set(ids)].flatMap((id) =>
				when(
					ids.filter((one) => one === id).length > 1,
					`${id} is described more than once`,
				),
			);
		},
	},
	descriptor: {
		source: "root-data-entity",
		check: ({ descriptor }) =>
			when(
				!descriptor || !hasType(descriptor, "CreativeWork"),
				`there is no entity ${METADATA_FILE} of type CreativeWork, which describes this file`,
			),
	},
	about: {
		source: "root-data-entity",
		check: ({ descriptor, root, rootId }) =>
			when(
				descriptor !== undefined && (rootId === undefined || !root),
				`${METADATA_FILE} must say with about which entity is the root, and that must be described`,
			),
	},
	"root type": {
		source: "root-data-entity",
		check: ({ root }) =>
			when(
				root !== undefined && !hasType(root, "Dataset"),
				"the root must be a Dataset",
			),
	},
	"root id": {
		source: "root-data-entity",
		check: ({ rootId }) =>
			when(
				rootId !== undefined && !rootId.endsWith("/"),
				`the root's @id must end with "/", not be ${rootId}`,
			),
	},
	...Object.fromEntries(
		["name", "description", "license"].map((property): [string, Rule] => [
			`root ${property}`,
			{
				source: "root-data-entity",
				check: ({ root }) =>
					when(
						root !== undefined &&
							(listOf(root[property]).length === 0 ||
								listOf(root[property]).includes("")),
						`the root has no ${property}`,
					),
			},
		]),
	),
	datePublished: {
		source: "root-data-entity",
		check: ({ root }) =>
			when(
				root !== undefined && !isDate(root.datePublished),
				`the root's datePublished must be a date as ISO 8601 writes it, not ${JSON.stringify(root?.datePublished)}`,
			),
	},
	"linked data": {
		source: "data-entities",
		check: ({ data, entities, rootId }) => {
			const reached = new Set<string>();
			const follow = (id: string) => {
				if (reached.has(id)) return;
				reached.add(id);
				references(entities.get(id)?.hasPart).forEach(follow);
			};
			if (rootId !== undefined) follow(rootId);
			return data.flatMap((entity) =>
				when(
					!reached.has(idOf(entity)),
					`${idOf(entity)} is a file or folder that hasPart of the root does not lead to`,
				),
			);
		},
	},
	"file type": {
		source: "data-entities",
		check: ({ graph, directory, root }) =>
			graph.flatMap((entity) => {
				const kind = entity === root ? undefined : onDisk(directory, entity);
				return when(
					kind !== undefined &&
						idOf(entity) !== METADATA_FILE &&
						!hasType(entity, kind),
					`${idOf(entity)} is a ${kind === "File" ? "file" : "folder"} of the crate and must have the type ${kind}`,
				);
			}),
	},
	"data id": {
		source: "data-entities",
		check: ({ data }) =>
			data.flatMap((entity) => {
				const id = idOf(entity);
				return when(
					isLocal(id) || !isReference(id) || /^\/|(^|\/)\.\.(\/|$)/.test(id),
					`${id} must be a path relative to the crate, with / between its parts and special signs escaped, or an absolute URI`,
				);
			}),
	},
	payload: {
		source: "structure",
		check: ({ data, directory }) =>
			data.flatMap((entity) => {
				const id = idOf(entity);
				return when(
					isReference(id) &&
						!isAbsolute(id) &&
						!isLocal(id) &&
						onDisk(directory, entity) === undefined,
					`${id} is not in the crate`,
				);
			}),
	},
	citation: {
		source: "contextual-entities",
		check: ({ graph }) =>
			graph.flatMap((entity) =>
				listOf(entity.citation).flatMap((one) =>
					when(
						!references(one).some(isAbsolute),
						`${idOf(entity)}: a citation must refer to a URL`,
					),
				),
			),
	},
	"action time": {
		source: "provenance",
		check: ({ actions }) =>
			actions.flatMap((action) =>
				["startTime", "endTime"].flatMap((property) =>
					when(
						action[property] !== undefined && !isDate(action[property]),
						`${idOf(action)}: ${property} must be a date as ISO 8601 writes it`,
					),
				),
			),
	},
	"action status": {
		source: "provenance",
		check: ({ actions }) =>
			actions.flatMap((action) => {
				const [status] = listOf(action.actionStatus);
				const value = isObject(status) ? String(status["@id"]) : status;
				return when(
					status !== undefined &&
						!/^http:\/\/schema\.org\/(Active|Completed|Failed|Potential)ActionStatus$/.test(
							String(value),
						),
					`${idOf(action)}: actionStatus is none of schema.org's`,
				);
			}),
	},
	profile: {
		source: "process-run-crate",
		check: ({ root, entities }) => {
			const named = references(root?.conformsTo).filter((id) =>
				/^https:\/\/w3id\.org\/ro\/wfrun\/process\/\d+\.\d+$/.test(id),
			);
			return when(
				root !== undefined &&
					!named.some((id) => hasType(entities.get(id), "CreativeWork")),
				"the root must conformsTo a version of https://w3id.org/ro/wfrun/process that is described as a CreativeWork",
			);
		},
	},
	action: {
		source: "process-run-crate",
		check: ({ actions }) =>
			when(
				actions.length === 0,
				`nothing says what was executed: there is no ${ACTIONS.join(", ")}`,
			),
	},
	instrument: {
		source: "process-run-crate",
		check: ({ actions }) =>
			actions.flatMap((action) =>
				when(
					references(action.instrument).length === 0,
					`${idOf(action)} does not say with instrument what was executed`,
				),
			),
	},
	"software type": {
		source: "process-run-crate",
		check: ({ actions, entities }) =>
			actions
				.flatMap(({ instrument }) => references(instrument))
				.flatMap((id) =>
					when(
						!hasType(
							entities.get(id),
							"SoftwareApplication",
							"SoftwareSourceCode",
							"ComputationalWorkflow",
						),
						`${id} was executed and is not described as software`,
					),
				),
	},
};

/** "File" or "Dataset" for what lies in the crate under an entity's id. */
function onDisk(
	directory: string,
	entity: Json,
): "File" | "Dataset" | undefined {
	const id = idOf(entity);
	if (isAbsolute(id) || isLocal(id) || !isReference(id)) return undefined;
	const path = join(directory, decodeURIComponent(id));
	if (!existsSync(path)) return undefined;
	return statSync(path).isDirectory() ? "Dataset" : "File";
}

/**
 * The rules that a crate breaks; none for a valid Process Run Crate.
 * @param directory the crate's folder
 */
export function checkCrate(directory: string): CrateProblem[] {
	let document: unknown;
	try {
		document = JSON.parse(readFileSync(join(directory, METADATA_FILE), "utf8"));
	} catch (error) {
		const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
		return [
			missing
				? {
						rule: "metadata file",
						message: `there is no ${METADATA_FILE} in ${directory}`,
					}
				: {
						rule: "json",
						message: `${METADATA_FILE} is not JSON (${(error as Error).message})`,
					},
		];
	}
	const graph = isObject(document) ? document["@graph"] : undefined;
	if (!isObject(document) || !Array.isArray(graph) || !graph.every(isObject))
		return [
			{
				rule: "graph",
				message: `${METADATA_FILE} must hold one flat list of entities, @graph`,
			},
		];
	const parts = takeApart(directory, document, graph);
	return Object.entries(RULES).flatMap(([rule, { check }]) =>
		check(parts).map((message) => ({ rule, message })),
	);
}

function takeApart(
	directory: string,
	document: Json,
	graph: readonly Json[],
): Parts {
	const entities = new Map(graph.map((entity) => [idOf(entity), entity]));
	const descriptor = entities.get(METADATA_FILE);
	const [rootId] = references(descriptor?.about);
	const root = rootId === undefined ? undefined : entities.get(rootId);
	return {
		directory,
		document,
		graph,
		entities,
		descriptor,
		root,
		rootId,
		data: graph.filter(
			(entity) =>
				entity !== root &&
				entity !== descriptor &&
				hasType(entity, "File", "Dataset"),
		),
		actions: graph.filter((entity) => hasType(entity, ...ACTIONS)),
	};
}
