/**
 * The Jupyter messages this kernel speaks, version 5.5, as types: the content
 * of each, as it is after its border (requests: parsed, defaults filled in by
 * requests.ts) or as it goes out (replies and broadcasts).
 *
 * Specification: https://jupyter-client.readthedocs.io/en/stable/messaging.html
 */

/** The version of the protocol, in every header and in kernel_info_reply. */
export const PROTOCOL_VERSION = "5.5";

/** https://jupyter-client.readthedocs.io/en/stable/messaging.html#message-header */
export interface Header {
	readonly msg_id: string;
	readonly msg_type: string;
	/** One id per process that speaks, the same in all its messages. */
	readonly session: string;
	readonly username: string;
	/** ISO 8601 with a zone. */
	readonly date: string;
	readonly version: string;
	/** In requests: the subshell that is to answer; without it the main shell does. */
	readonly subshell_id?: string;
}

export type Json = Readonly<Record<string, unknown>>;

// Requests on shell and control

/** https://jupyter-client.readthedocs.io/en/stable/messaging.html#execute */
export interface ExecuteContent {
	readonly code: string;
	readonly silent: boolean;
	readonly store_history: boolean;
	readonly user_expressions: Readonly<Record<string, string>>;
	readonly stop_on_error: boolean;
	/** Can the front end be asked for input? */
	readonly allow_stdin: boolean;
}

/** https://jupyter-client.readthedocs.io/en/stable/messaging.html#completion */
export interface CompleteContent {
	readonly code: string;
	/** In code points. */
	readonly cursor_pos: number;
}

/** https://jupyter-client.readthedocs.io/en/stable/messaging.html#introspection */
export interface InspectContent extends CompleteContent {
	readonly detail_level: 0 | 1;
}

/** https://jupyter-client.readthedocs.io/en/stable/messaging.html#code-completeness */
export interface IsCompleteContent {
	readonly code: string;
}

/** https://jupyter-client.readthedocs.io/en/stable/messaging.html#history */
export type HistoryContent =
	| { readonly access: "tail"; readonly output: boolean; readonly n: number }
	| {
			readonly access: "range";
			readonly output: boolean;
			/** 0 is the current session, -1 the one before. */
			readonly session: number;
			readonly start: number;
			/** Exclusive; absent means to the end. */
			readonly stop?: number;
	  }
	| {
			readonly access: "search";
			readonly output: boolean;
			/** Absent means all that match. */
			readonly n?: number;
			/** A glob over the whole input: `*`, `?`, `[abc]`. */
			readonly pattern: string;
			readonly unique: boolean;
	  };

/** https://jupyter-client.readthedocs.io/en/stable/messaging.html#comm-messages */
export interface CommContent {
	readonly comm_id: string;
	readonly data: Json;
}

/** https://jupyter-client.readthedocs.io/en/stable/messaging.html#opening-a-comm */
export interface CommOpenContent extends CommContent {
	readonly target_name: string;
}

/** https://jupyter-client.readthedocs.io/en/stable/messaging.html#comm-info */
export interface CommInfoContent {
	/** Absent means comms of any target. */
	readonly target_name?: string;
}

/** https://jupyter-client.readthedocs.io/en/stable/messaging.html#messages-on-the-stdin-router-dealer-channel */
export interface InputReplyContent {
	readonly value: string;
}

/** https://jupyter-client.readthedocs.io/en/stable/messaging.html#delete-subshell */
export interface DeleteSubshellContent {
	readonly subshell_id: string;
}

/** https://jupyter-client.readthedocs.io/en/stable/messaging.html#kernel-shutdown */
export interface ShutdownContent {
	readonly restart: boolean;
}

// Replies

/** https://jupyter-client.readthedocs.io/en/stable/messaging.html#request-reply */
export interface ErrorReply {
	readonly status: "error";
	readonly ename: string;
	readonly evalue: string;
	readonly traceback: readonly string[];
}

/** https://jupyter-client.readthedocs.io/en/stable/messaging.html#execute */
export type ExecuteReplyContent =
	| {
			readonly status: "ok";
			readonly execution_count: number;
			readonly user_expressions: Json;
			readonly payload: readonly Json[];
	  }
	| (ErrorReply & { readonly execution_count: number })
	| { readonly status: "aborted"; readonly execution_count: number };

/** https://jupyter-client.readthedocs.io/en/stable/messaging.html#kernel-info */
export interface KernelInfoReply {
	readonly status: "ok";
	readonly protocol_version: string;
	readonly implementation: string;
	readonly implementation_version: string;
	readonly language_info: {
		readonly name: string;
		readonly version: string;
		readonly mimetype: string;
		readonly file_extension: string;
		readonly pygments_lexer: string;
		/** A string: an object here broke front ends that read only a name. */
		readonly codemirror_mode: string;
		readonly nbconvert_exporter: string;
	};
	readonly banner: string;
	readonly help_links: readonly {
		readonly text: string;
		readonly url: string;
	}[];
	readonly supported_features: readonly string[];
}

/** https://jupyter-client.readthedocs.io/en/stable/messaging.html#completion */
export interface CompleteReplyContent {
	readonly status: "ok";
	readonly matches: readonly string[];
	/** In code points, like `cursor_end`. */
	readonly cursor_start: number;
	readonly cursor_end: number;
	readonly metadata: Json;
}

/** https://jupyter-client.readthedocs.io/en/stable/messaging.html#introspection */
export interface InspectReplyContent {
	readonly status: "ok";
	readonly found: boolean;
	readonly data: Json;
	readonly metadata: Json;
}

/** https://jupyter-client.readthedocs.io/en/stable/messaging.html#code-completeness */
export type IsCompleteReply =
	| { readonly status: "complete" | "invalid" | "unknown" }
	| { readonly status: "incomplete"; readonly indent: string };

/** `[session, line, input]`, or with outputs `[session, line, [input, output]]`. */
export type HistoryItem =
	| readonly [session: number, line: number, input: string]
	| readonly [
			session: number,
			line: number,
			both: readonly [input: string, output: string | null],
	  ];

/** https://jupyter-client.readthedocs.io/en/stable/messaging.html#history */
export interface HistoryReply {
	readonly status: "ok";
	readonly history: readonly HistoryItem[];
}

/** https://jupyter-client.readthedocs.io/en/stable/messaging.html#comm-info */
export interface CommInfoReply {
	readonly status: "ok";
	readonly comms: Readonly<Record<string, { readonly target_name: string }>>;
}

/** https://jupyter-client.readthedocs.io/en/stable/messaging.html#kernel-shutdown */
export interface ShutdownReply {
	readonly status: "ok";
	readonly restart: boolean;
}

/** https://jupyter-client.readthedocs.io/en/stable/messaging.html#kernel-interrupt */
export interface InterruptReply {
	readonly status: "ok";
}

/** https://jupyter-client.readthedocs.io/en/stable/messaging.html#create-subshell */
export interface CreateSubshellReply {
	readonly status: "ok";
	readonly subshell_id: string;
}

/** https://jupyter-client.readthedocs.io/en/stable/messaging.html#delete-subshell */
export interface DeleteSubshellReply {
	readonly status: "ok";
}

/** https://jupyter-client.readthedocs.io/en/stable/messaging.html#list-subshells */
export interface ListSubshellReply {
	readonly status: "ok";
	/** All of them; the name is the specification's. */
	readonly subshell_id: readonly string[];
}

/** What a request is answered with; the type is the request's, `_reply` for `_request`. */
export type ReplyContent =
	| ErrorReply
	| ExecuteReplyContent
	| KernelInfoReply
	| CompleteReplyContent
	| InspectReplyContent
	| IsCompleteReply
	| HistoryReply
	| CommInfoReply
	| ShutdownReply
	| InterruptReply
	| CreateSubshellReply
	| DeleteSubshellReply
	| ListSubshellReply;

// Broadcasts on iopub, by type

export interface Broadcasts {
	/** https://jupyter-client.readthedocs.io/en/stable/messaging.html#kernel-status */
	status: { readonly execution_state: "starting" | "busy" | "idle" };
	/** https://jupyter-client.readthedocs.io/en/stable/messaging.html#code-inputs */
	execute_input: { readonly code: string; readonly execution_count: number };
	/** https://jupyter-client.readthedocs.io/en/stable/messaging.html#streams-stdout-stderr-etc */
	stream: { readonly name: "stdout" | "stderr"; readonly text: string };
	/** https://jupyter-client.readthedocs.io/en/stable/messaging.html#display-data */
	display_data: DisplayContent;
	/** https://jupyter-client.readthedocs.io/en/stable/messaging.html#update-display-data */
	update_display_data: DisplayContent;
	/** https://jupyter-client.readthedocs.io/en/stable/messaging.html#id6 */
	execute_result: DisplayContent & { readonly execution_count: number };
	/** https://jupyter-client.readthedocs.io/en/stable/messaging.html#execution-errors */
	error: Omit<ErrorReply, "status">;
	/** https://jupyter-client.readthedocs.io/en/stable/messaging.html#clear-output */
	clear_output: { readonly wait: boolean };
	/** https://jupyter-client.readthedocs.io/en/stable/messaging.html#opening-a-comm */
	comm_open: CommOpenContent;
	/** https://jupyter-client.readthedocs.io/en/stable/messaging.html#comm-messages */
	comm_msg: CommContent;
	/** https://jupyter-client.readthedocs.io/en/stable/messaging.html#tearing-down-comms */
	comm_close: CommContent;
	/** https://jupyter-client.readthedocs.io/en/stable/messaging.html#kernel-shutdown */
	shutdown_reply: ShutdownReply;
	/** https://jupyter-client.readthedocs.io/en/stable/messaging.html#welcome-message */
	iopub_welcome: { readonly subscription: string };
}

/** https://jupyter-client.readthedocs.io/en/stable/messaging.html#messages-on-the-stdin-router-dealer-channel */
export interface InputRequestContent {
	readonly prompt: string;
	/** What is typed is not to be shown. */
	readonly password: boolean;
}

export interface DisplayContent {
	readonly data: Json;
	readonly metadata: Json;
	readonly transient: { readonly display_id?: string };
}
