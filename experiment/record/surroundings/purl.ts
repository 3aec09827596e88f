import type { InstalledPackage } from "./packages.ts";

/** An installed package as other tools know it. */
export interface IdentifiedPackage {
	/** As code imports it. */
	readonly name: string;
	/** Package URL, for example `pkg:npm/%40scope/name@1.0.0`. */
	readonly purl: string;
	/** Of the package's archive: algorithm → hexadecimal; absent where npm notes none. */
	readonly digest?: Readonly<Record<string, string>>;
}

/**
 * The packages on record, by name. What is not as expected is left out.
 * @see https://github.com/package-url/purl-spec
 */
export function recordedPackages({
	packages,
}: Readonly<Record<string, unknown>>): IdentifiedPackage[] {
	if (typeof packages !== "object" || packages === null) return [];
	return Object.entries(
		packages as Record<string, Partial<InstalledPackage> | null>,
	).flatMap(([name, one]) => {
		if (typeof one?.version !== "string") return [];
		const digest = digestOf(one.integrity);
		return [
			{
				name,
				purl: npmPurl(one.name ?? name, one.version),
				...(digest ? { digest } : {}),
			},
		];
	});
}

/** A scope's "@" is encoded, the slash after it is not. */
const npmPurl = (name: string, version: string) =>
	`pkg:npm/${name.split("/").map(encodeURIComponent).join("/")}@${encodeURIComponent(version)}`;

/** @see https://www.w3.org/TR/sri-2/ */
function digestOf(integrity: unknown): IdentifiedPackage["digest"] | undefined {
	if (typeof integrity !== "string") return undefined;
	const digests = integrity
		.split(/\s+/)
		.flatMap((one) => {
			const [, algorithm, base64] =
				/^(sha1|sha256|sha384|sha512)-([A-Za-z0-9+/]+={0,2})(?:\?|$)/.exec(
					one,
				) ?? [];
			return algorithm && base64
				? [[algorithm, Buffer.from(base64, "base64").toString("hex")] as const]
				: [];
		})
		.filter(([algorithm, { length }]) => length === DIGITS[algorithm]);
	return digests.length > 0 ? Object.fromEntries(digests) : undefined;
}

const DIGITS: Readonly<Record<string, number>> = {
	sha1: 40,
	sha256: 64,
	sha384: 96,
	sha512: 128,
};
