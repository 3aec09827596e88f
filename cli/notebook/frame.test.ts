import assert from "node:assert/strict";
import { test } from "node:test";
import { framedHtml, withoutConnections } from "./frame.ts";

test("of an output's HTML, what connects has no meaning, and the rest is as it was", () => {
	for (const [html, expected] of [
		["<LINK rel=preconnect>", "<x-LINK rel=preconnect>"],
		["<link\n/>", "<x-link\n/>"],
		["<link/rel=a>", "<x-link/rel=a>"],
		["<iframe srcdoc='a'></iframe>", "<x-iframe srcdoc='a'></x-iframe>"],
		["<meta a><base b>", "<x-meta a><x-base b>"],
		["<links><metadata><base-2>", "<links><metadata><base-2>"],
		[
			"<table><tr><td>a < b</td></tr></table>",
			"<table><tr><td>a < b</td></tr></table>",
		],
	] as const)
		assert.equal(withoutConnections(html), expected);
	assert.match(
		framedHtml("<b>"),
		/^<iframe sandbox="" .*&lt;b&gt;"><\/iframe>$/,
	);
});
