const LONGEST = 200;

/** A text of a client, as a sentence quotes it. */
export const shortened = (text: string): string =>
	text.length > LONGEST ? `${text.slice(0, LONGEST)} …` : text;
