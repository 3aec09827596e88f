import type { CommMessage } from "../../protocol/requests.ts";
import type { CommEvent, CommTarget } from "./comm.ts";
import type { CommWitness } from "./comms.ts";
import {
	type BufferPath,
	joinBuffers,
	separateBuffers,
} from "./widget-buffers.ts";

type State = Record<string, unknown>;

/** Target of the comm of each widget. */
const WIDGET = "jupyter.widget";
/** Target on which a front end that comes (back) asks for the states of all widgets. */
export const WIDGET_CONTROL = "jupyter.widget.control";

/**
 * Keeps the state of every widget as its comm's messages tell it, and answers
 * `request_states`, so that widgets live again after a page was reloaded.
 * https://github.com/jupyter-widgets/ipywidgets/blob/main/packages/schema/messages.md
 */
export interface WidgetControl {
	readonly witness: CommWitness;
	readonly target: CommTarget;
}

export function createWidgetControl(): WidgetControl {
	/** By comm id, binary values in their places. */
	const states = new Map<string, State>();

	function update(id: string, { data, buffers }: CommMessage): void {
		const changed = joinBuffers(
			(data.state ?? {}) as State,
			(data.buffer_paths ?? []) as readonly BufferPath[],
			buffers,
		);
		states.set(id, { ...states.get(id), ...changed });
	}

	return {
		witness(message) {
			const { type, comm_id: id } = message;
			if (type === "comm_open") {
				if (message.target_name === WIDGET) update(id, message);
			} else if (type === "comm_close") states.delete(id);
			else if (states.has(id) && message.data.method === "update")
				update(id, message);
		},
		target(comm) {
			comm.onMessage(({ data }: CommEvent) => {
				if (data.method !== "request_states") return;
				const models: State = {};
				const paths: BufferPath[] = [];
				const buffers: Uint8Array[] = [];
				for (const [id, full] of states) {
					const separated = separateBuffers(full);
					models[id] = {
						model_name: full._model_name,
						model_module: full._model_module,
						model_module_version: full._model_module_version,
						state: separated.state,
					};
					paths.push(...separated.paths.map((path) => [id, "state", ...path]));
					buffers.push(...separated.buffers);
				}
				comm.send(
					{ method: "update_states", states: models, buffer_paths: paths },
					{ buffers },
				);
			});
		},
	};
}
