// Draws docs/notebook.png: JupyterLab with a multirun and a digits run of the tutorial.
//
//   npm run build && node test/browser/readme-picture.mjs
//
// Needs Chromium and a Python with JupyterLab (DEEPDIVA_PYTHON).
import { runPinned } from "../../scripts/pinned.mjs";

runPinned("test/browser/readme-picture.ts");
