/** Packs the built package and installs it in an empty folder; the paths in the archive. */
export function installPackage(folder: string): string[];
