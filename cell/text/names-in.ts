/**
 * Everything in a code that may be a name, in order and as often as it is there: keywords
 * and words of texts and comments, too. Nothing is parsed.
 */
export const namesIn = (code: string): readonly string[] =>
	code.match(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu) ?? [];
