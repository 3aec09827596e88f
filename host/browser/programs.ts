import type * as node from "../programs.ts";
import { needsNode } from "./needs-node.ts";

export const execFile = needsNode<typeof node.execFile>("a program");
export const spawn = needsNode<typeof node.spawn>("a program");
export const spawnSync = needsNode<typeof node.spawnSync>("a program");
