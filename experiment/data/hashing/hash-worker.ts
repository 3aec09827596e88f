import { now } from "../../../base/clock.ts";
import { parentPort, workerData } from "../../../host/workers.ts";
import { DataError } from "../data-error.ts";
import { type HashedFile, hashFile } from "./hash-file.ts";
import {
	type HashReply,
	type HashWork,
	pathIn,
	takeNext,
} from "./hash-many.ts";
import { packFiles } from "./packed-files.ts";
import { SharedTexts } from "./shared-texts.ts";

const REPLY_MS = 50;

const work = workerData as HashWork;
const { folder, queue, options } = work;
const paths = new SharedTexts(work.paths);
let indices: number[] = [];
let files: HashedFile[] = [];
let last = now();

function reply(message: HashReply): void {
	parentPort?.postMessage(
		message,
		"numbers" in message ? [message.numbers.buffer] : [],
	);
}

try {
	for (;;) {
		const index = takeNext(queue);
		if (index === undefined) break;
		files.push(hashFile(pathIn(folder, paths.at(index)), options));
		indices.push(index);
		if (now() - last < REPLY_MS) continue;
		reply(packFiles(indices, files));
		indices = [];
		files = [];
		last = now();
	}
	reply(packFiles(indices, files));
} catch (error) {
	if (!(error instanceof DataError)) throw error;
	reply({ code: error.code, message: error.message });
}
