// Checks a folder once and prints the peak of the process's resident memory, in kB; started by ../data.mjs.
import { verifyData } from "../../dist/experiment/data/index.js";

const [directory, mode] = process.argv.slice(2);
await verifyData(directory, { mode });
console.log(process.resourceUsage().maxRSS);
