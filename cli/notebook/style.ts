/** The page of an executed notebook. Colours are variables, set once for light and once for dark. */
export const STYLE = `
:root {
	color-scheme: light dark;
	--page: #ffffff; --text: #22252b; --muted: #6b7280; --line: #e4e5e8;
	--code: #f5f6f8; --link: #0060a8; --card: transparent;
	--keyword: #a1307f; --string: #26734d; --number: #9a5200; --comment: #6e7681;
	--name: #0b5cad; --type: #6b4fbb;
	--magic: #eaf2fb; --magic-mark: #0b5cad; --magic-edge: #5b9bd8;
	--error: #b3261e; --error-back: #fdf1f0; --warn: #8a5a00; --warn-back: #fdf7ea;
	--black: #24292f; --red: #c0281f; --green: #1a7f37; --yellow: #8a6100;
	--blue: #0b5cad; --magenta: #8a3fa8; --cyan: #0a7683; --white: #6e7781;
	--mono: ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace;
}
@media screen and (prefers-color-scheme: dark) {
	:root {
		--page: #16181d; --text: #dfe2e8; --muted: #949ba7; --line: #2d3139;
		--code: #1e2128; --link: #7ab8f5; --card: #ffffff;
		--keyword: #e58ac6; --string: #8fd1a5; --number: #eab072; --comment: #8b949e;
		--name: #82b9f2; --type: #bba6f2;
		--magic: #1b2a3b; --magic-mark: #82b9f2; --magic-edge: #3f78b3;
		--error: #ff9a92; --error-back: #33191a; --warn: #e5bf70; --warn-back: #2c2517;
		--black: #8b949e; --red: #ff8a80; --green: #7ed195; --yellow: #e2c05f;
		--blue: #82b9f2; --magenta: #d5a0ea; --cyan: #6fd0d8; --white: #dfe2e8;
	}
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--text); font: 17px/1.62 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", Arimo, sans-serif; }
main { max-width: 860px; margin: 0 auto; padding: 28px 24px 96px; }
a { color: var(--link); text-underline-offset: 2px; }
img { max-width: 100%; height: auto; }
.made { color: var(--muted); font-size: 13px; margin: 0 0 20px; }

.prose { overflow-wrap: break-word; }
.prose > :first-child { margin-top: 0; }
.prose > :last-child { margin-bottom: 0; }
.prose + .prose { margin-top: 1em; }
h1, h2, h3, h4 { line-height: 1.25; letter-spacing: -0.01em; margin: 1.6em 0 0.5em; }
section.prose:not(:first-of-type) > :is(h1, h2, h3):first-child { margin-top: 1.7em; }
h1 { font-size: 2.05em; } h2 { font-size: 1.45em; } h3 { font-size: 1.18em; } h4 { font-size: 1em; }
p, ul, ol, blockquote { margin: 0.8em 0; }
li + li { margin-top: 0.25em; }
li > p { margin: 0.3em 0; }
blockquote { border-left: 3px solid var(--magic-edge); padding: 2px 0 2px 16px; margin-left: 0; color: var(--muted); }
hr { border: 0; border-top: 1px solid var(--line); margin: 2em 0; }
.prose code { font: 0.87em var(--mono); background: var(--code); padding: 0.12em 0.36em; border-radius: 4px; }
.prose pre code { font: inherit; background: none; padding: 0; }
.scroll { overflow-x: auto; margin: 0.9em 0; }
table { border-collapse: collapse; font-size: 0.92em; font-variant-numeric: tabular-nums; }
th, td { padding: 5px 14px 5px 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th { font-weight: 600; border-bottom-color: var(--muted); }

pre { margin: 0; font: 13.5px/1.55 var(--mono); white-space: pre; overflow-x: auto; tab-size: 4; }
pre.code, pre.raw { background: var(--code); border: 1px solid var(--line); border-radius: 8px; padding: 12px 16px; }
pre.raw { color: var(--muted); margin: 1.2em 0; white-space: pre-wrap; }
.prose pre.code { margin: 1em 0; }
.cell { position: relative; margin: 1.4em 0; }
.count { font: 12px/1.55 var(--mono); color: var(--muted); white-space: pre; }
.output { margin-top: 10px; padding: 0 16px; }
pre.wrap { white-space: pre-wrap; overflow-wrap: anywhere; }
pre.stderr { background: var(--warn-back); color: var(--warn); padding-block: 8px; border-radius: 8px; }
pre.error { background: var(--error-back); color: var(--error); padding-block: 10px; border-radius: 8px; border-left: 3px solid var(--error); white-space: pre-wrap; overflow-wrap: anywhere; }
figure { margin: 16px 0 10px; }
figure > img { display: block; background: var(--card); border-radius: 2px; box-shadow: 0 0 0 6px var(--card); }
details { margin-top: 12px; font-size: 13px; color: var(--muted); }
summary { cursor: pointer; }
details pre { margin-top: 6px; color: var(--text); }
iframe { width: 100%; height: 240px; resize: vertical; border: 1px solid var(--line); border-radius: 8px; }

.hljs-keyword, .hljs-operator, .hljs-variable.language_ { color: var(--keyword); }
.hljs-string, .hljs-regexp { color: var(--string); }
.hljs-number, .hljs-literal { color: var(--number); }
.hljs-comment, .hljs-doctag { color: var(--comment); font-style: italic; }
.hljs-title, .hljs-title.function_, .hljs-attr { color: var(--name); }
.hljs-title.class_, .hljs-built_in, .hljs-type { color: var(--type); }
.hljs-subst { color: var(--text); }
.magic { display: inline-block; min-width: calc(100% + 32px); margin: 0 -16px; padding: 0 16px 0 13px; border-left: 3px solid var(--magic-edge); background: var(--magic); }
.magic-mark { color: var(--magic-mark); }
.magic-name { color: var(--magic-mark); font-weight: 600; }
.magic-key { color: var(--type); }
.magic-option { color: var(--keyword); }

${["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"]
	.flatMap((name) => [
		`.ansi-${name}, .ansi-bright-${name} { color: var(--${name}); }`,
		`.ansi-on-${name}, .ansi-on-bright-${name} { background: var(--${name}); color: var(--page); }`,
	])
	.join("\n")}
.ansi-bold { font-weight: 700; } .ansi-dim { opacity: 0.7; } .ansi-italic { font-style: italic; } .ansi-underline { text-decoration: underline; }
.ansi-inverse { background: var(--text); color: var(--page); }

@media (min-width: 1040px) {
	.count { position: absolute; right: calc(100% + 10px); top: 13px; }
}
@media (max-width: 560px) {
	body { font-size: 16px; }
	main { padding: 20px 14px 64px; }
	pre { font-size: 12.5px; }
	pre.code, pre.raw { padding: 10px 12px; }
	.output { padding: 0 4px; }
	.magic { min-width: calc(100% + 24px); margin: 0 -12px; padding: 0 12px 0 9px; }
}
@media print {
	:root { color-scheme: light; }
	body { font-size: 11pt; background: #fff; color: #000; }
	main { max-width: none; padding: 0; }
	pre { white-space: pre-wrap; font-size: 9pt; }
	details { display: none; }
	h1, h2, h3, .count { break-after: avoid; }
	figure, pre.code, pre.error { break-inside: avoid; }
	.count { position: static; }
}
`;
