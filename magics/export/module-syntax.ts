import type MagicString from "magic-string";
import type {
	ExportDefaultDeclaration,
	ExportNamedDeclaration,
	Program,
	Span,
	TSImportEqualsDeclaration,
} from "../../cell/tree.ts";

type Statement = Program["body"][number];

/**
 * Takes imports and exports out of a cell's code: imports go to the top of the
 * script, and nobody imports from a cell. The other lines stay where they are.
 */
export function withoutModuleSyntax(text: MagicString, node: Statement): void {
	switch (node.type) {
		case "ImportDeclaration":
		case "ExportAllDeclaration":
		case "TSExportAssignment":
		case "TSNamespaceExportDeclaration":
			blank(text, node);
			break;
		case "TSImportEqualsDeclaration":
			importEquals(text, node);
			break;
		case "ExportNamedDeclaration":
			exportNamed(text, node);
			break;
		case "ExportDefaultDeclaration":
			exportDefault(text, node);
			break;
	}
}

function blank(text: MagicString, { start, end }: Span): void {
	if (start < end)
		text.overwrite(
			start,
			end,
			text.original.slice(start, end).replace(/[^\n]+/g, ""),
		);
}

/** `import x = N.y` → `const x = N.y`, with `require` as well. */
function importEquals(
	text: MagicString,
	node: TSImportEqualsDeclaration,
): void {
	if (node.importKind === "type") blank(text, node);
	else text.overwrite(node.start, node.start + "import".length, "const");
}

function exportNamed(
	text: MagicString,
	{ declaration, start, end }: ExportNamedDeclaration,
): void {
	blank(text, { start, end: declaration ? declaration.start : end });
	if (declaration?.type === "TSImportEqualsDeclaration")
		importEquals(text, declaration);
}

/** A default export without a name becomes an expression. */
function exportDefault(
	text: MagicString,
	{ declaration, start }: ExportDefaultDeclaration,
): void {
	blank(text, { start, end: declaration.start });
	if ("id" in declaration && declaration.id) return;
	text.appendRight(declaration.start, ";(");
	text.appendLeft(declaration.end, ")");
}
