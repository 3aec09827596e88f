import type { CellScope } from "./scope.ts";
import type { TSEnumDeclaration } from "./tree.ts";

/** The enum as its earlier declarations made it. */
const EARLIER = "__earlier__";

/**
 * What stands around a later declaration of an enum, so that it adds to the earlier
 * one. Its own members may be made of earlier ones: `enum E { a = 1 } enum E { b = E.a, c = a }`.
 */
export function aroundMergedEnum(
	{ references }: CellScope,
	node: TSEnumDeclaration,
): [before: string, after: string] {
	const { name } = node.id;
	const keyword = node.const ? "const enum" : "enum";
	const used = references.flatMap(({ name: member, declaredIn }) =>
		declaredIn?.node === node &&
		declaredIn.declarations.get(member)?.every((one) => one.node !== node)
			? [member]
			: [],
	);
	const members =
		used.length > 0
			? `const { ${[...new Set(used)].join(", ")} } = ${EARLIER}; `
			: "";
	return [
		`Object.assign(${name}, ((${EARLIER}: any) => { ${members}${keyword} ${name} {} Object.setPrototypeOf(${name}, ${EARLIER}); `,
		`; return ${name}; })(${name}))`,
	];
}
