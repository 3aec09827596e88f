/**
 * The names that fit one of the patterns and none of `exclude`, in their own order:
 * `*` stands for any letters, `?` for one.
 */
export const namesLike = (
	names: readonly string[],
	patterns: readonly string[],
	exclude: readonly string[] = [],
): string[] =>
	names.filter(
		(name) =>
			patterns.some((pattern) => fits(name, pattern)) &&
			!exclude.some((pattern) => fits(name, pattern)),
	);

/** Goes back to the last `*` alone, so it takes at most the product of both lengths. */
function fits(name: string, pattern: string): boolean {
	const letters = [...name];
	const signs = [...pattern];
	let at = 0;
	let sign = 0;
	let star = -1;
	let behindStar = 0;
	while (at < letters.length) {
		if (signs[sign] === "*") {
			star = sign++;
			behindStar = at;
		} else if (signs[sign] === "?" || signs[sign] === letters[at]) {
			sign++;
			at++;
		} else if (star >= 0) {
			sign = star + 1;
			at = ++behindStar;
		} else return false;
	}
	return signs.slice(sign).every((rest) => rest === "*");
}
