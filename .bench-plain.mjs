import { createRequire } from "node:module"; import { dirname, sep } from "node:path";
const r=createRequire("/work/wt-conv/package.json");
const tf=r("@tensorflow/tfjs-core"); const w=r("@tensorflow/tfjs-backend-wasm");
w.setWasmPaths(dirname(r.resolve("@tensorflow/tfjs-backend-wasm"))+sep); tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT",false); w.setThreadsCount(1);
await tf.setBackend("wasm"); await tf.ready();
const { bench } = await import("/tmp/bench-core.mjs"); await bench(tf,"plain");
