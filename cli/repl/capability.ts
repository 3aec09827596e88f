/** How a terminal takes pictures. */
export type PictureProtocol = "kitty" | "iterm" | "sixel";

/** Asks for the size of a cell in pixels (xterm, XTWINOPS 16) and for the terminal's attributes (DA1). */
export const QUESTIONS = "\u001b[16t\u001b[c";

/** Inside of a multiplexer these variables describe the terminal around it. */
const insideMultiplexer = ({ TMUX, STY, TERM = "" }: NodeJS.ProcessEnv) =>
	Boolean(TMUX || STY) || /^(screen|tmux)/.test(TERM);

/**
 * What the environment tells of the terminal. Sixel is known only from the
 * answer to `QUESTIONS`.
 */
export function protocolOf(
	env: NodeJS.ProcessEnv,
): PictureProtocol | undefined {
	if (insideMultiplexer(env)) return undefined;
	const { TERM = "", TERM_PROGRAM = "", LC_TERMINAL = "" } = env;
	if (env.KITTY_WINDOW_ID || /kitty|ghostty/i.test(`${TERM} ${TERM_PROGRAM}`))
		return "kitty";
	if (
		/^(iTerm\.app|WezTerm|mintty)$/.test(TERM_PROGRAM) ||
		LC_TERMINAL === "iTerm2"
	)
		return "iterm";
	return undefined;
}

/** Pixels of one letter. */
export interface CellSize {
	readonly width: number;
	readonly height: number;
}

/** What a terminal's answer tells. */
export function readReport(report: string): {
	readonly sixel?: true;
	readonly cell?: CellSize;
} {
	const attributes = /^\?([\d;]*)c$/.exec(report)?.[1];
	// The first number is the terminal's class; the others are its features.
	if (attributes?.split(";").slice(1).includes("4")) return { sixel: true };
	const [, height, width] = /^6;(\d+);(\d+)t$/.exec(report) ?? [];
	return Number(height) > 0 && Number(width) > 0
		? { cell: { width: Number(width), height: Number(height) } }
		: {};
}
