/** What users' code can define. */
export type DefinitionKind = "task" | "model" | "data set" | "picture";

/** Whose code made a definition, so that a reader of a record finds it. */
export type DefinedBy =
	| {
			readonly kind: "cell";
			/** Of the cell's text as records have it: one of those in cells.json, or the run's own. */
			readonly digest: string;
	  }
	| {
			readonly kind: "file";
			/** Relative to the project. */
			readonly path: string;
			/** Of its content. */
			readonly digest: string;
	  }
	| {
			readonly kind: "package";
			readonly name: string;
			/** Absent where its package.json has none. */
			readonly version?: string;
	  };

/** `a cell`, `tasks.ts`, `the package tasks 1.0.0`. */
export function definedByText(by: DefinedBy): string {
	switch (by.kind) {
		case "cell":
			return "a cell";
		case "file":
			return by.path;
		case "package":
			return `the package ${by.name}${by.version === undefined ? "" : ` ${by.version}`}`;
	}
}

/** Something that users' code defined, as a record names it. */
export interface RecordedDefinition {
	readonly kind: DefinitionKind;
	readonly name: string;
	readonly by: DefinedBy;
}
