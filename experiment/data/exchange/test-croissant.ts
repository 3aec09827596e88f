import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

interface Node {
	readonly [key: string]: unknown;
}

const NAMESPACES = {
	sc: "https://schema.org/",
	cr: "http://mlcommons.org/croissant/",
	dct: "http://purl.org/dc/terms/",
};

/** Where each property that a description here may have is defined. */
const PROPERTIES: Readonly<Record<string, string>> = {
	conformsTo: "dct:conformsTo",
	...Object.fromEntries(
		"citeAs containedIn data dataType excludes extract field fileObject fileProperty fileSet includes key readLines recordSet references regex source transform"
			.split(" ")
			.map((name) => [name, `cr:${name}`]),
	),
	...Object.fromEntries(
		"contentSize contentUrl creator datePublished description distribution encodingFormat identifier keywords license name sha256 url version"
			.split(" ")
			.map((name) => [name, `sc:${name}`]),
	),
};

const list = (value: unknown): unknown[] =>
	value === undefined ? [] : Array.isArray(value) ? value : [value];
const nodes = (value: unknown): Node[] => list(value) as Node[];
const isText = (value: unknown): value is string =>
	typeof value === "string" && value !== "";
const isUrl = (value: unknown): boolean =>
	isText(value) && /^[a-z]+:\/\/\S+$/.test(value);
const idOf = (value: unknown): string =>
	String((value as Node | undefined)?.["@id"]);

/** A name in a context, written out. */
function expand(context: Node, name: string): string {
	const term = context[name];
	const iri = String(
		(typeof term === "object" ? (term as Node)["@id"] : term) ??
			(name.includes(":") ? name : `${context["@vocab"]}${name}`),
	);
	const [, prefix = "", rest = ""] = /^(\w+):(?!\/\/)(.*)$/.exec(iri) ?? [];
	return prefix in context ? `${context[prefix]}${rest}` : iri;
}

/** As Python's fnmatch: "*" goes through "/" too. */
function matches(pattern: string, path: string): boolean {
	const source = pattern.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
	return new RegExp(`^${source.replaceAll("\\*", ".*")}$`, "s").test(path);
}

/**
 * A reader of descriptions that shares no code with their writer: what Croissant
 * 1.1 requires of a data set and of the resources, record sets and fields that
 * it has, each broken rule as one line.
 * @param path of the description; what it names is looked up from its folder
 */
export function croissantProblems(path: string): string[] {
	const problems: string[] = [];
	const must = (rule: string, holds: boolean) => {
		if (!holds) problems.push(rule);
	};
	const dataset = JSON.parse(readFileSync(path, "utf8")) as Node;
	const context = dataset["@context"] as Node;

	for (const [prefix, iri] of Object.entries(NAMESPACES))
		must(
			"the context has the prefixes sc, cr and dct",
			context[prefix] === iri,
		);
	const everything: Node[] = [];
	const visit = (value: unknown): void => {
		if (typeof value !== "object" || value === null) return;
		if (!Array.isArray(value)) everything.push(value as Node);
		for (const [key, child] of Object.entries(value))
			if (key !== "@context" && key !== "data") visit(child);
	};
	visit(dataset);
	for (const node of everything)
		for (const key of Object.keys(node))
			if (!key.startsWith("@"))
				must(
					"every property means what its vocabulary says",
					PROPERTIES[key] !== undefined &&
						expand(context, key) === expand({ ...NAMESPACES }, PROPERTIES[key]),
				);
	must(
		"embedded data are JSON, data types are terms",
		(context.data as Node)?.["@type"] === "@json" &&
			(context.dataType as Node)?.["@type"] === "@vocab",
	);

	must(
		"@type is sc:Dataset",
		expand(context, String(dataset["@type"])) === "https://schema.org/Dataset",
	);
	must(
		"conformsTo names Croissant 1.1",
		list(dataset.conformsTo).includes("http://mlcommons.org/croissant/1.1"),
	);
	must("name is a text", isText(dataset.name));
	must("description is a text", isText(dataset.description));
	must(
		"license is a URL or a work",
		list(dataset.license).length > 0 &&
			list(dataset.license).every(
				(license) => isUrl(license) || typeof license === "object",
			),
	);
	must("url is a URL", isUrl(dataset.url));
	must(
		"creator is a person or an organization with a name",
		nodes(dataset.creator).length > 0 &&
			nodes(dataset.creator).every(
				({ "@type": type, name }) =>
					["sc:Person", "sc:Organization"].includes(String(type)) &&
					isText(name),
			),
	);
	must(
		"datePublished is a date",
		isText(dataset.datePublished) &&
			/^\d{4}-\d{2}-\d{2}/.test(dataset.datePublished) &&
			!Number.isNaN(Date.parse(dataset.datePublished)),
	);

	const resources = nodes(dataset.distribution);
	const objects = resources.filter((node) => node["@type"] === "cr:FileObject");
	const sets = resources.filter((node) => node["@type"] === "cr:FileSet");
	const recordSets = nodes(dataset.recordSet);
	const fields = recordSets.flatMap(({ field }) => nodes(field));
	must(
		"distribution has FileObjects and FileSets",
		objects.length > 0 && objects.length + sets.length === resources.length,
	);
	const ids = [...resources, ...recordSets, ...fields].map(idOf);
	must(
		"every resource, record set and field has an id of its own",
		new Set(ids).size === ids.length && !ids.includes("undefined"),
	);

	/** Paths in each file set, as its container, transforms and patterns yield them. */
	const contents = new Map<string, string[]>();
	for (const object of objects) {
		const file = join(
			dirname(path),
			decodeURIComponent(String(object.contentUrl)),
		);
		must(
			"a FileObject has a contentUrl and an encodingFormat",
			isText(object.contentUrl) && isText(object.encodingFormat),
		);
		must(
			"a FileObject's sha256 is that of its bytes",
			isText(object.contentUrl) &&
				createHash("sha256").update(readFileSync(file)).digest("hex") ===
					object.sha256,
		);
		must(
			"a FileObject's contentSize is its size",
			isText(object.contentUrl) &&
				object.contentSize === `${statSync(file).size} B`,
		);
	}
	for (const set of sets) {
		must(
			"a FileSet has patterns and an encodingFormat",
			list(set.includes).length > 0 &&
				list(set.includes).every(isText) &&
				list(set.encodingFormat).length > 0,
		);
		const container = set.containedIn as Node | undefined;
		const object = objects.find(
			(node) => idOf(node) === idOf(container?.fileObject),
		);
		must("a FileSet lies in a FileObject that there is", object !== undefined);
		if (!object || !container) continue;
		const text = readFileSync(
			join(dirname(path), decodeURIComponent(String(object.contentUrl))),
			"utf8",
		);
		const transforms = nodes(container.transform);
		must(
			"a FileSet's lines are read, then its regex finds the path in each",
			transforms[0]?.readLines === true && isText(transforms[1]?.regex),
		);
		const regex = new RegExp(String(transforms[1]?.regex));
		contents.set(
			idOf(set),
			text
				.split("\n")
				.slice(0, -1)
				.flatMap((line) => regex.exec(line)?.[1] ?? [])
				.filter(
					(name) =>
						list(set.includes).some((pattern) =>
							matches(String(pattern), name),
						) &&
						!list(set.excludes).some((pattern) =>
							matches(String(pattern), name),
						),
				),
		);
		must("a FileSet has files", (contents.get(idOf(set)) ?? []).length > 0);
	}
	const found = [...contents.values()].flat();
	const lines = objects.flatMap((object) =>
		isText(object.contentUrl)
			? readFileSync(
					join(dirname(path), decodeURIComponent(object.contentUrl)),
					"utf8",
				)
					.split("\n")
					.slice(0, -1)
			: [],
	);
	must(
		"every file is in one FileSet",
		found.length === lines.length && new Set(found).size === found.length,
	);

	for (const set of recordSets) {
		const own = nodes(set.field).map(idOf);
		must(
			"@type of a record set is cr:RecordSet",
			set["@type"] === "cr:RecordSet",
		);
		must(
			"a record set's fields have its id in front of theirs",
			own.length > 0 && own.every((id) => id.startsWith(`${idOf(set)}/`)),
		);
		must(
			"a record set's key is one of its fields",
			nodes(set.key).length > 0 &&
				nodes(set.key).every((key) => own.includes(idOf(key))),
		);
		must(
			"embedded data have the record set's fields",
			nodes(set.data).every((row) =>
				Object.keys(row).every((key) => own.includes(key)),
			),
		);
		const types = list(set.dataType);
		if (types.includes("sc:Enumeration"))
			must(
				"an enumeration has a name for each value",
				own.includes(`${idOf(set)}/name`) &&
					nodes(set.data).every((row) => isText(row[`${idOf(set)}/name`])),
			);
		if (types.includes("cr:Split"))
			must(
				"a split says what it is for",
				nodes(set.data).every((row) =>
					/^cr:(Training|Validation|Test)Split$/.test(
						String(row[`${idOf(set)}/url`]),
					),
				),
			);
	}
	const values = new Map(
		recordSets.flatMap((set) =>
			nodes(set.field).map(
				(field) =>
					[
						idOf(field),
						nodes(set.data).map((row) => row[idOf(field)]),
					] as const,
			),
		),
	);
	for (const field of fields) {
		must("@type of a field is cr:Field", field["@type"] === "cr:Field");
		must("a field has a data type", list(field.dataType).length > 0);
		const source = field.source as Node | undefined;
		if (!source) {
			must(
				"a field has a source or embedded data",
				(values.get(idOf(field)) ?? []).length > 0,
			);
			continue;
		}
		const files = contents.get(idOf(source.fileSet));
		must("a field's source is a FileSet that there is", files !== undefined);
		must(
			"what is extracted from a file is one of its properties",
			["fullpath", "filename", "content", "lines", "lineNumbers"].includes(
				String((source.extract as Node | undefined)?.fileProperty),
			),
		);
		const text = (source.transform as Node | undefined)?.regex;
		if (text === undefined || !files) continue;
		const regex = new RegExp(String(text));
		const extracted = files.map((name) => regex.exec(name));
		must(
			"a regex has one group and finds it in every path",
			extracted.every((match) => match?.length === 2),
		);
		const target = idOf((field.references as Node | undefined)?.field);
		must(
			"what a field refers to has its values",
			extracted.every((match) => values.get(target)?.includes(match?.[1])),
		);
	}
	return [...new Set(problems)];
}
