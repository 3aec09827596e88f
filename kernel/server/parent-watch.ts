const POLL_MILLISECONDS = 1000;

/**
 * Calls `gone` once when the process that started the kernel is no more, so
 * that no kernel is left behind. That process is the one Jupyter names in
 * JPY_PARENT_PID, and the one at the other end of an IPC channel.
 */
export function watchParent(
	gone: () => void,
	env: NodeJS.ProcessEnv = process.env,
): void {
	if (process.connected) process.once("disconnect", gone);
	const parent = parentId(env.JPY_PARENT_PID);
	if (parent === undefined) return;
	// With a launcher in between the parent is not ours, and cannot change for us.
	const direct = process.ppid === parent;
	const poll = setInterval(() => {
		// A parent that has ended and was not waited for still answers to signal 0.
		if (direct ? process.ppid === parent && exists(parent) : exists(parent))
			return;
		clearInterval(poll);
		gone();
	}, POLL_MILLISECONDS);
	poll.unref();
}

function parentId(variable: string | undefined): number | undefined {
	if (!variable) return undefined;
	// On Windows the variable holds a handle, which means nothing to Node.
	return process.platform === "win32" ? process.ppid : Number(variable);
}

function exists(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === "EPERM";
	}
}
