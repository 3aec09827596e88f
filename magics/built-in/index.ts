import type { Magic } from "../definition.ts";
import { cdMagic } from "./cd.ts";
import { checklistMagic } from "./checklist.ts";
import { compareMagic } from "./compare.ts";
import { envMagic } from "./env.ts";
import { exportMagic } from "./export.ts";
import { helpMagic } from "./help.ts";
import { loadMagic } from "./load.ts";
import { multirunMagic } from "./multirun.ts";
import { npmMagic } from "./npm.ts";
import { resetMagic } from "./reset.ts";
import { runMagic } from "./run.ts";
import { seedMagic } from "./seed.ts";
import { shellMagic } from "./shell.ts";
import { timeMagic } from "./time.ts";
import { typesMagic } from "./types.ts";
import { verifyDataMagic } from "./verify-data.ts";
import { whoMagic } from "./who.ts";
import { writefileMagic } from "./writefile.ts";

/** The built-in magics, in the order of the help. */
export const builtIn: readonly Magic[] = [
	seedMagic,
	verifyDataMagic,
	runMagic,
	multirunMagic,
	compareMagic,
	checklistMagic,
	exportMagic,
	typesMagic,
	npmMagic,
	cdMagic,
	envMagic,
	timeMagic,
	whoMagic,
	resetMagic,
	loadMagic,
	writefileMagic,
	shellMagic,
	helpMagic,
];
