export { execFile, spawn, spawnSync } from "node:child_process";
