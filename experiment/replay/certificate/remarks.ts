import { isObject } from "../../../base/json-object.ts";
import {
	dataName,
	levelStatedBy,
	type Provenance,
	packageName,
} from "./provenance.ts";
import type { Statement } from "./statement.ts";

const DAY = 86_400_000;

/** When a certificate was signed, and that nothing says whether it is the newest. */
export function freshness(
	statement: Statement<Provenance>,
	now: number,
): string {
	const { signedOn } = levelStatedBy(statement);
	const newest =
		"no log keeps certificates, so nothing says whether there is a newer one";
	if (signedOn === undefined)
		return `it does not say when it was signed; ${newest}`;
	const days = Math.floor((now - Date.parse(signedOn)) / DAY);
	const ago = days < 1 ? "" : days === 1 ? ", a day ago" : `, ${days} days ago`;
	return `signed on ${signedOn.slice(0, 10)}${ago}, by its signer's clock; ${newest}`;
}

/** What a certificate does not bind, since nothing of it is on record. */
export function saysNothingOf({
	predicate: { buildDefinition },
}: Statement<Provenance>): string[] {
	const names = (buildDefinition.resolvedDependencies ?? []).map(
		({ name = "" }) => name,
	);
	const environment = buildDefinition.internalParameters?.environment;
	const hasEnvironment =
		isObject(environment) &&
		["node", "platform", "arch"].every((name) => name in environment);
	return [
		...(names.includes("git") ? [] : ["the commit of its code"]),
		...(names.some((name) => name.startsWith(dataName(""))) ? [] : ["data"]),
		...(hasEnvironment ? [] : ["its environment"]),
		...(names.some((name) => name.startsWith(packageName("")))
			? []
			: ["installed packages"]),
	];
}
