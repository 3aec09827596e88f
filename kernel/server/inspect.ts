import type { NotebookSession } from "../notebook-session.ts";
import type { InspectContent, InspectReplyContent } from "../wire/messages.ts";
import { utf16Offset } from "./code-points.ts";

/** Answers `inspect_request`. Nothing found is an answer too, with status ok. */
export async function inspect(
	session: Pick<NotebookSession, "inspect">,
	{ code, cursor_pos, detail_level }: InspectContent,
): Promise<InspectReplyContent> {
	const { found, data } = await session.inspect(
		code,
		utf16Offset(code, cursor_pos),
		detail_level,
	);
	return { status: "ok", found, data: found ? data : {}, metadata: {} };
}
