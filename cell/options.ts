import type {
	CallExpression,
	Expression,
	Node,
	ObjectExpression,
} from "./tree.ts";

/** The last name of what a call calls: `run` of `run(…)` and of `dd.run(…)`; undefined where it has none. */
export function calledName({ callee }: CallExpression): string | undefined {
	if (callee.type === "Identifier") return callee.name;
	return callee.type === "MemberExpression" &&
		callee.property.type === "Identifier"
		? callee.property.name
		: undefined;
}

/** The name or text of a property's key; undefined where the code computes it. */
function keyOf(key: Node, computed: boolean): string | undefined {
	if (key.type === "Literal") return String(key.value);
	return key.type === "Identifier" && !computed ? key.name : undefined;
}

/** The properties that an object literal spells out, in order. */
export function propertiesOf({
	properties,
}: ObjectExpression): [name: string, value: Expression][] {
	return properties.flatMap((property): [string, Expression][] => {
		if (property.type !== "Property") return [];
		const name = keyOf(property.key, property.computed);
		return name === undefined ? [] : [[name, property.value]];
	});
}

/** The value of one of them. */
export const propertyOf = (
	object: ObjectExpression,
	name: string,
): Expression | undefined =>
	propertiesOf(object).find(([key]) => key === name)?.[1];
