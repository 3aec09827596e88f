import { existsSync } from "../../host/files.ts";
import { join } from "../../host/paths.ts";

const OWN = "bin/deepdiva.js";

/** Is a project a clone of this package? Then npm makes no link to its command. */
export const isDeepdiva = (project: string) => existsSync(join(project, OWN));

/** What starts `deepdiva` in a project that has it, relative to its folder. */
export const commandOf = (project: string) =>
	isDeepdiva(project) ? OWN : "node_modules/.bin/deepdiva";
