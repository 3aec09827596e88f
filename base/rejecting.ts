/**
 * Starts `work` at once and returns a promise of its value. An error that it
 * throws rejects the promise, as callers who await it expect.
 */
export function rejecting<T>(work: () => Promise<T>): Promise<T> {
	try {
		return work();
	} catch (error) {
		return Promise.reject(error);
	}
}
