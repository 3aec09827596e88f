import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const ALGORITHM = /manifest-(md5|sha1|sha256|sha512)\.txt$/;

/**
 * A reader of bags that shares no code with their writer: what RFC 8493 says a
 * valid bag MUST have, each broken rule as one line that begins with its section.
 */
export function bagProblems(bag: string): string[] {
	const problems: string[] = [];
	const must = (rule: string, holds: boolean) => {
		if (!holds) problems.push(rule);
	};
	const read = (name: string) =>
		existsSync(join(bag, name)) ? readFileSync(join(bag, name)) : undefined;
	const files = readdirSync(bag, { recursive: true, encoding: "utf8" }).filter(
		(path) => statSync(join(bag, path)).isFile(),
	);
	const payload = files.filter((path) => path.startsWith("data/"));
	const manifests = files.filter((path) => /^manifest-.*\.txt$/.test(path));
	const tagManifests = files.filter((path) =>
		/^tagmanifest-.*\.txt$/.test(path),
	);

	const declaration = read("bagit.txt");
	must("2.1.1 there is a bagit.txt", declaration !== undefined);
	must(
		"2.1.1 bagit.txt has exactly two lines: version and encoding",
		/^BagIt-Version: \d+\.\d+(?:\r\n|\r|\n)Tag-File-Character-Encoding: \S+(?:\r\n|\r|\n)?$/.test(
			String(declaration ?? "").replace("\ufeff", ""),
		),
	);
	must(
		"2.1.1 the version is 1.0",
		String(declaration).includes("BagIt-Version: 1.0"),
	);
	must(
		"2.1.2 there is a payload directory data/",
		existsSync(join(bag, "data")) && statSync(join(bag, "data")).isDirectory(),
	);
	must("2.1.3 there is a payload manifest", manifests.length > 0);
	must(
		"2.4 an algorithm's name is lower case without punctuation, and known here",
		[...manifests, ...tagManifests].every((path) => ALGORITHM.test(path)),
	);
	for (const path of [
		...manifests,
		...tagManifests,
		"bagit.txt",
		"bag-info.txt",
	]) {
		const bytes = read(path);
		if (!bytes || bytes.length === 0) continue;
		must(
			"2.3 tag files are UTF-8 without a byte order mark",
			bytes.subarray(0, 3).toString("hex") !== "efbbbf" &&
				Buffer.from(bytes.toString("utf8")).equals(bytes),
		);
		must(
			"2.3 every line of a tag file is terminated",
			/[\r\n]$/.test(bytes.toString("utf8")),
		);
	}

	const check = (manifest: string, isTag: boolean) => {
		const algorithm = ALGORITHM.exec(manifest)?.[1];
		if (algorithm === undefined) return;
		const listed: string[] = [];
		const lines = String(read(manifest)).split(/\r\n|\r|\n/);
		if (lines.at(-1) === "") lines.pop();
		for (const line of lines) {
			const match = /^([0-9a-fA-F]+)[ \t]+(\S.*)$/.exec(line);
			must("2.1.3 a line is a checksum, white space, a path", match !== null);
			if (!match) continue;
			const [, sum = "", name = ""] = match;
			must(
				"2.1.3 a percent sign in a path begins %25, %0A or %0D",
				!/%(?!25|0A|0D)/i.test(name),
			);
			const path = decodeURIComponent(name.replace(/%(?!25|0A|0D)/gi, "%25"));
			listed.push(path);
			if (isTag) {
				must(
					"2.2.1 a tag manifest lists no payload",
					!path.startsWith("data/"),
				);
				must(
					"2.2.1 a tag manifest lists no tag manifest",
					!tagManifests.includes(path),
				);
			} else
				must(
					"2.1.3 a payload manifest stays within data/, with / between the parts",
					path.startsWith("data/") && !path.split("/").includes(".."),
				);
			const absolute = join(bag, path);
			if (!existsSync(absolute)) {
				must("3 every file listed is present", false);
				continue;
			}
			must("2.1.3 a manifest lists no directory", statSync(absolute).isFile());
			if (!statSync(absolute).isFile()) continue;
			must(
				"3 every checksum holds",
				createHash(algorithm).update(readFileSync(absolute)).digest("hex") ===
					sum.toLowerCase(),
			);
		}
		must(
			"2.1.3 a manifest lists a file once",
			new Set(listed).size === listed.length,
		);
		if (isTag)
			must(
				"2.2.1 a tag manifest lists every payload manifest",
				manifests.every((path) => listed.includes(path)),
			);
		else
			must(
				"3 every payload file is listed in every payload manifest",
				payload.every((path) => listed.includes(path)),
			);
	};
	for (const path of manifests) check(path, false);
	for (const path of tagManifests) check(path, true);

	const info = read("bag-info.txt");
	if (info) {
		const lines = String(info)
			.split(/\r\n|\r|\n/)
			.slice(0, -1);
		must(
			"2.2.2 an element is a label, a colon, one white space, a value",
			lines.every((line, index) =>
				index > 0 && /^[ \t]/.test(line)
					? true
					: /^[^\s:](?:[^:]*[^\s:])?:[ \t](?:\S.*)?$/.test(line),
			),
		);
		const sums = lines.flatMap(
			(line) => /^Payload-Oxum:[ \t](.*)$/i.exec(line)?.[1] ?? [],
		);
		must("2.2.2 Payload-Oxum is there at most once", sums.length <= 1);
		const bytes = payload.reduce(
			(sum, path) => sum + statSync(join(bag, path)).size,
			0,
		);
		must(
			"2.2.2 Payload-Oxum is the number of bytes, a full stop, the number of files",
			sums.every((sum) => sum === `${bytes}.${payload.length}`),
		);
	}
	return [...new Set(problems)];
}
