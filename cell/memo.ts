/** Of a longer text the answer may take much memory. */
const LONG = 100_000;

/**
 * The same function, which remembers its latest answers: a cell is asked about
 * when it runs, once more when it has run, and each time that it runs again.
 * @param kept how many answers; the oldest is forgotten, and those on long texts at once
 */
export function remembering<T>(
	answer: (text: string) => T,
	kept: number,
): (text: string) => T {
	const known = new Map<string, { readonly answer: T }>();
	return (text) => {
		if (text.length > LONG) return answer(text);
		const found = known.get(text) ?? { answer: answer(text) };
		known.delete(text);
		known.set(text, found);
		const [oldest] = known.keys();
		if (known.size > kept && oldest !== undefined) known.delete(oldest);
		return found.answer;
	};
}
