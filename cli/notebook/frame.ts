import { escapeHtml } from "../../widgets/text/html.ts";

/** From here on in the page, browsers look up no address of a link before the reader follows it. */
export const NO_LOOK_UPS =
	'<meta http-equiv="x-dns-prefetch-control" content="off">';

const STYLE =
	"<style>:root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;margin:8px}table{border-collapse:collapse}td,th{padding:2px 8px;border:1px solid #8886}</style>";

/**
 * Elements by which a browser connects before anybody clicks, which no content
 * policy forbids (`<link rel=preconnect>`), or that hold a document of their
 * own, whose text may be written in entities. A tag begins with these letters
 * wherever it stands.
 */
const CONNECTING =
	/<(?=\/?(?:link|meta|base|i?frame|frameset|object|embed|portal|fencedframe)(?![a-z\d-]))(\/?)/gi;

/**
 * An output's HTML in a frame that runs nothing, loads nothing and connects to
 * nothing.
 */
export const framedHtml = (html: string): string =>
	`<iframe sandbox="" title="HTML output" srcdoc="${escapeHtml(NO_LOOK_UPS + STYLE + withoutConnections(html))}"></iframe>`;

/** The same HTML with the elements that connect replaced by unknown ones. */
export const withoutConnections = (html: string): string =>
	html.replace(CONNECTING, "<$1x-");
