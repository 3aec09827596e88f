/** A promise of what `work` gives, which it begins at once: what it throws rejects, as callers of what is awaited expect. */
export function rejecting<T>(work: () => Promise<T>): Promise<T> {
	try {
		return work();
	} catch (error) {
		return Promise.reject(error);
	}
}
