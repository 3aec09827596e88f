import type { NotebookSession } from "../notebook-session.ts";
import type {
	CompleteContent,
	CompleteReplyContent,
} from "../wire/messages.ts";
import { codePointOffset, utf16Offset } from "./code-points.ts";

/** Answers `complete_request`. */
export async function complete(
	session: Pick<NotebookSession, "complete">,
	{ code, cursor_pos }: CompleteContent,
): Promise<CompleteReplyContent> {
	const { matches, types, ...found } = await session.complete(
		code,
		utf16Offset(code, cursor_pos),
	);
	const start = codePointOffset(code, found.start);
	const end = codePointOffset(code, found.end);
	return {
		status: "ok",
		matches,
		cursor_start: start,
		cursor_end: end,
		metadata: {
			// JupyterLab shows these in place of the matches, so there is one for each.
			_jupyter_types_experimental: matches.map((text, index) => ({
				text,
				type: types[index] ?? "",
				start,
				end,
			})),
		},
	};
}
